package dev.sluice.loadtest.proof.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ProcFiles;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.NumberedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Predicts, labels, kills the server between the parts of the labels, and compares every count with what was sent.
 *
 * <p>Threading: blocking; confined to the main thread but for the sending.
 */
final class FeedbackProof {
    private static final String MODEL = "labelled";
    private static final String OTHER = "other";
    private static final String PLAIN = "plain";
    private static final long SETTLE_NANOS_MAX = 60_000_000_000L;
    private static final long POLL_NANOS = 100_000_000L;
    private static final int COMPARED_REQUESTS = 4_000;
    private static final int ROUNDS = 5;

    private final FeedbackPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private final Senders senders;
    private final Path repository;
    private final List<String> failed = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final ObjectNode figures = JsonNodeFactory.instance.objectNode();
    private long growthMost;

    FeedbackProof(FeedbackPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
        senders = new Senders(plan.connections());
        repository = plan.out().resolve("repository").toAbsolutePath();
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        PredictionRequests requests = new PredictionRequests(NumberedModel.read(plan.model()));
        for (String model : List.of(MODEL, OTHER, PLAIN)) {
            Path folder = Files.createDirectories(repository.resolve(model).resolve("1"));
            Files.copy(plan.model(), folder.resolve("model.onnx"));
            Files.writeString(
                    repository.resolve(model).resolve("model.yaml"),
                    "feedback:\n  enabled: " + !model.equals(PLAIN) + "\n");
        }
        List<Integer> rows = drawRows();
        LabelScript script;
        try (ModelServer server = start(1, "1h");
                MemoryPeak memory = MemoryPeak.begin(server)) {
            List<String> ids = predict(server, requests, rows);
            awaitAll(server);
            compare(server, requests, rows);
            script = LabelScript.write(ids, rows, plan.seed());
            label(server, 1, script);
            note(memory);
            server.kill();
        }
        try (ModelServer server = start(2, "1h");
                MemoryPeak memory = MemoryPeak.begin(server)) {
            label(server, 2, script);
            note(memory);
            server.kill();
        }
        // From here on, everything is late.
        try (ModelServer server = start(3, "1ms");
                MemoryPeak memory = MemoryPeak.begin(server)) {
            label(server, 3, script);
            send(server, OTHER, script.foreign());
            note(memory);
            server.kill();
        }
        try (ModelServer server = start(4, "1h")) {
            verify(server, script);
        }
        return outcome();
    }

    private List<Integer> drawRows() {
        Random random = new Random(plan.seed());
        List<Integer> rows = new ArrayList<>();
        int left = plan.predictions();
        while (left > 0) {
            int next = random.nextBoolean() ? 1 : 1 + random.nextInt(PredictionRequests.ROWS_MAX);
            rows.add(Math.min(next, left));
            left -= Math.min(next, left);
        }
        return rows;
    }

    private ModelServer start(int number, String lateAfter)
            throws IOException, CannotMeasureException, InterruptedException {
        ModelServer server = plan.server()
                .start(
                        repository,
                        List.of("feedback.late-after=" + lateAfter),
                        plan.out().resolve("server-" + number + ".log"));
        server.awaitReady(ServerStart.WITHIN);
        return server;
    }

    /** Predicts all rows; the ids of the predictions. */
    private List<String> predict(ModelServer server, PredictionRequests requests, List<Integer> rows)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> ids = new ArrayList<>(Collections.nCopies(rows.size(), ""));
        long began = clock.nanoTime();
        double micros = predict(server, MODEL, requests, rows, ids);
        say(String.format(
                Locale.ROOT,
                "%d requests with %d rows in %.1f s: %.1f µs of CPU each",
                rows.size(),
                plan.predictions(),
                (clock.nanoTime() - began) / 1e9,
                micros));
        return ids;
    }

    /** Predicts rows and notes the ids; microseconds of CPU for each request. */
    private double predict(
            ModelServer server, String model, PredictionRequests requests, List<Integer> rows, List<String> ids)
            throws IOException, CannotMeasureException, InterruptedException {
        long cpu = proc.cpuNanos(server.listening().pid());
        senders.run(rows.size(), number -> {
            ModelAnswer answer = server.infer(model, requests.of(rows.get(number)));
            String id = answer.json().at("/parameters/prediction_id").asText();
            if (!answer.ok() || id.isEmpty()) {
                throw new IOException("a prediction must have an id, got " + answer.words());
            }
            ids.set(number, id);
        });
        return (proc.cpuNanos(server.listening().pid()) - cpu) / 1e3 / rows.size();
    }

    private void awaitAll(ModelServer server) throws IOException, InterruptedException {
        long end = clock.nanoTime() + SETTLE_NANOS_MAX;
        long total = report(server, MODEL).at("/predictions/total").asLong();
        while (total < plan.predictions() && clock.nanoTime() - end < 0) {
            clock.sleepUntil(clock.nanoTime() + POLL_NANOS);
            total = report(server, MODEL).at("/predictions/total").asLong();
        }
        expect("rows remembered before the first kill", plan.predictions(), total);
    }

    /** What the same costs without feedback and with it, in turn; the first round only warms up. */
    private void compare(ModelServer server, PredictionRequests requests, List<Integer> rows)
            throws IOException, CannotMeasureException, InterruptedException {
        List<Integer> some = rows.subList(0, Math.min(rows.size(), COMPARED_REQUESTS));
        List<String> ignored = new ArrayList<>(Collections.nCopies(some.size(), ""));
        List<Double> plain = new ArrayList<>();
        List<Double> labelled = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            double without = predict(server, PLAIN, requests, some, ignored);
            double with = predict(server, OTHER, requests, some, ignored);
            if (round > 0) {
                plain.add(without);
                labelled.add(with);
            }
        }
        Collections.sort(plain);
        Collections.sort(labelled);
        double without = plain.get(ROUNDS / 2);
        double with = labelled.get(ROUNDS / 2);
        double rowsPerRequest =
                some.stream().mapToInt(Integer::intValue).average().orElse(1);
        figures.put("plain_cpu_micros_per_request", without)
                .put("feedback_cpu_micros_per_request", with)
                .put("feedback_cpu_micros_per_row", (with - without) / rowsPerRequest);
        say(String.format(
                Locale.ROOT,
                "CPU of a request without feedback %.1f µs, with it %.1f µs (medians of %d rounds of %d requests; %.1f to %.1f"
                        + " and %.1f to %.1f): %.2f µs a row",
                without,
                with,
                ROUNDS,
                some.size(),
                plain.get(0),
                plain.get(ROUNDS - 1),
                labelled.get(0),
                labelled.get(ROUNDS - 1),
                (with - without) / rowsPerRequest));
    }

    private void label(ModelServer server, int part, LabelScript script)
            throws IOException, CannotMeasureException, InterruptedException {
        List<SentLabel> labels = script.parts().get(part - 1);
        long cpu = proc.cpuNanos(server.listening().pid());
        long began = clock.nanoTime();
        Map<String, Long> answered = send(server, MODEL, labels);
        double micros = (proc.cpuNanos(server.listening().pid()) - cpu) / 1e3 / labels.size();
        figures.put("label_cpu_micros_part_" + part, micros);
        say(String.format(
                Locale.ROOT,
                "part %d: %d labels in %.1f s, %.1f µs of CPU each: %s",
                part,
                labels.size(),
                (clock.nanoTime() - began) / 1e9,
                micros,
                answered));
    }

    /** Sends labels in batches; what came of them, by the answers. */
    private Map<String, Long> send(ModelServer server, String model, List<SentLabel> labels)
            throws CannotMeasureException, InterruptedException {
        Map<String, Long> answered = Collections.synchronizedMap(new TreeMap<>());
        int batches = (labels.size() + FeedbackPlan.BATCH - 1) / FeedbackPlan.BATCH;
        senders.run(batches, number -> {
            int from = number * FeedbackPlan.BATCH;
            String body = labels.subList(from, Math.min(labels.size(), from + FeedbackPlan.BATCH)).stream()
                    .map(SentLabel::json)
                    .collect(Collectors.joining(",", "[", "]"));
            ModelAnswer answer = server.post(server.listening().http(), "/v2/models/" + model + "/feedback", body);
            if (!answer.ok()) {
                throw new IOException("labels must be taken, got " + answer.words());
            }
            answer.json().properties().forEach(field -> {
                if (field.getValue().isNumber()) {
                    answered.merge(field.getKey(), field.getValue().asLong(), Long::sum);
                }
            });
        });
        expect("labels that '" + model + "' has received", labels.size(), answered.getOrDefault("received", 0L));
        expect("labels that '" + model + "' found invalid", 0, answered.getOrDefault("invalid", 0L));
        return answered;
    }

    private JsonNode report(ModelServer server, String model) throws IOException, InterruptedException {
        return server.get(server.listening().http(), "/v2/models/" + model + "/feedback")
                .json();
    }

    /** After the last kill: every count is what was sent. */
    private void verify(ModelServer server, LabelScript script) throws IOException, InterruptedException {
        long end = clock.nanoTime() + SETTLE_NANOS_MAX;
        JsonNode report = report(server, MODEL);
        while (report.at("/predictions/total").asLong() == 0 && clock.nanoTime() - end < 0) {
            // The file is opened in the background.
            clock.sleepUntil(clock.nanoTime() + POLL_NANOS);
            report = report(server, MODEL);
        }
        for (Map.Entry<String, Long> each : script.expected().entrySet()) {
            expect(
                    "labels counted as " + each.getKey(),
                    each.getValue(),
                    report.path("labels").path(each.getKey()).asLong(-1));
        }
        expect(
                "rows predicted",
                plan.predictions(),
                report.at("/predictions/total").asLong(-1));
        expect(
                "rows remembered",
                plan.predictions(),
                report.at("/predictions/remembered").asLong(-1));
        expect(
                "rows that wait",
                plan.predictions() - script.labelled(),
                report.at("/predictions/waiting").asLong(-1));
        expect(
                "rows with a label",
                script.labelled(),
                report.at("/coverage/0/labelled").asLong(-1));
        expect("lags", script.labelled(), report.at("/lag_seconds/count").asLong(-1));
        expect(
                "labels of another model's predictions",
                script.foreign().size(),
                report(server, OTHER).at("/labels/wrong_model").asLong(-1));
        figures.set("report", report);
        say("counted after four starts: " + report.path("labels"));
    }

    private void note(MemoryPeak memory) {
        long growth = memory.most() - memory.atFirst();
        growthMost = Math.max(growthMost, growth);
        say(String.format(
                Locale.ROOT,
                "resident memory: %.0f MiB at first, %.0f MiB at most",
                memory.atFirst() / 0x1p20,
                memory.most() / 0x1p20));
        if (growth > plan.growthBytesMax()) {
            failed.add(String.format(
                    Locale.ROOT,
                    "resident memory must grow by at most %.0f MiB, got %.0f",
                    plan.growthBytesMax() / 0x1p20,
                    growth / 0x1p20));
        }
    }

    private synchronized void expect(String what, long expected, long actual) {
        if (expected != actual) {
            failed.add(what + " must be " + expected + ", got " + actual);
        }
    }

    private void say(String line) {
        lines.add(line);
        out.println(line);
        out.flush();
    }

    private ProofOutcome outcome() throws IOException {
        Path file = plan.out().resolve("state").resolve("feedback.db");
        long bytes = Files.exists(file) ? Files.size(file) : 0;
        figures.put("predictions", plan.predictions())
                .put("resident_growth_bytes_max", growthMost)
                .put("file_bytes", bytes);
        lines.add(String.format(
                Locale.ROOT,
                "%d rows, file of %.1f MiB, resident memory grew by %.0f MiB at most",
                plan.predictions(),
                bytes / 0x1p20,
                growthMost / 0x1p20));
        return new ProofOutcome("feedback", ProofVerdict.of(failed, List.of(), false), lines, figures);
    }
}
