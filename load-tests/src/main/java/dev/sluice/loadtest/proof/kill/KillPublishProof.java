package dev.sluice.loadtest.proof.kill;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.GoodVersions;
import dev.sluice.loadtest.proof.versions.NumberedModel;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a crash leaves the last complete state: {@code sluice publish} runs beside a server, and one of them, or both, are
 * killed at a random moment, again and again.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class KillPublishProof {
    private static final String MODEL = "flight-delay";
    private static final long POLL_NANOS = 5_000_000L;
    private static final long SERVED_NANOS_MAX = 10_000_000_000L;
    private static final int ANSWERS_AFTER = 10;
    private static final int KEPT = 4;

    private final KillPublishPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final Random random;
    private final List<Kill> kills = new ArrayList<>();
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private final Labels labels = new Labels(MODEL);
    private final Path repository;
    private final Path folder;
    private final Path incoming;
    private int starts;
    private long publishNanos;

    KillPublishProof(KillPublishPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
        random = new Random(plan.seed());
        repository = plan.out().resolve("repository").toAbsolutePath();
        folder = repository.resolve(MODEL);
        incoming = plan.out().resolve("incoming").toAbsolutePath();
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        NumberedModel model = NumberedModel.read(plan.model());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("model.yaml"), "versions: latest\n");
        byte[] ballast = new byte[plan.ballastBytes()];
        random.nextBytes(ballast);
        Files.write(Files.createDirectories(incoming).resolve("ballast.bin"), ballast);
        publishWhole(model, 1);
        ModelServer server = start();
        try {
            ModelAnswer first = server.infer(MODEL, model.request());
            double probability = first.value(NumberedModel.OUTPUT, 1);
            if (!first.ok() || !(probability > 0 && probability < 1)) {
                throw new CannotMeasureException("version 1 must answer a probability, got " + first.words());
            }
            GoodVersions good = new GoodVersions(probability);
            for (int number = 1; number <= plan.kills(); number++) {
                server = kill(number, server, model, good);
                tell(kills.get(kills.size() - 1));
                removeOld();
            }
            List<String> last = publishAfterAll(server, model, good);
            KillReport.write(kills, plan.out());
            ProofOutcome outcome = KillReport.outcome(kills, last);
            if (outcome.verdict().exitCode() == ExitCode.OK) {
                // Large, and all that they tell is in the report.
                server.close();
                VersionFolder.removeTree(incoming);
                VersionFolder.removeTree(repository);
            }
            return outcome;
        } finally {
            server.close();
        }
    }

    /** Publishes without a kill, and learns how long that takes. */
    private void publishWhole(NumberedModel model, long version)
            throws IOException, CannotMeasureException, InterruptedException {
        long began = clock.nanoTime();
        try (PublisherProcess publisher = publisher(model, version)) {
            int exit = publisher.awaitEnd();
            if (exit != 0) {
                throw new CannotMeasureException("version " + version
                        + " must be published where nobody is killed, got exit code " + exit + "; see publisher.log");
            }
        }
        acknowledged.add(version);
        publishNanos = clock.nanoTime() - began;
    }

    private PublisherProcess publisher(NumberedModel model, long version) throws IOException {
        Files.write(incoming.resolve("model.onnx"), model.version(version));
        return PublisherProcess.start(
                plan.server().launcher(),
                MODEL,
                version,
                incoming,
                repository,
                plan.out().resolve("publisher.log"));
    }

    private ModelServer start() throws IOException, CannotMeasureException, InterruptedException {
        starts++;
        ModelServer server =
                plan.server().start(repository, List.of(), plan.out().resolve("server-" + starts + ".log"));
        server.awaitReady(ServerStart.WITHIN);
        return server;
    }

    /** Publishes the next version, kills whom the moment says, and looks. Returns the server that runs then. */
    private ModelServer kill(int number, ModelServer before, NumberedModel model, GoodVersions good)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        long current = ModelState.read(folder).newest();
        note(complaints, labels.move(before, current));
        long next = current + 1;
        good.add(next);
        KillMoment moment = KillMoment.draw(random, publishNanos);
        long began = clock.nanoTime();
        try (PublisherProcess publisher = publisher(model, next)) {
            if (moment.onceVisible()) {
                Path visible = new VersionFolder(folder, next).path();
                watch(before, model, good, () -> Files.exists(visible) || !publisher.isRunning(), complaints);
                began = clock.nanoTime();
            }
            long until = began + moment.afterNanos();
            watch(before, model, good, () -> clock.nanoTime() - until >= 0, complaints);
            if (moment.victim().server()) {
                before.kill();
            }
            if (moment.victim().publisher() && publisher.isRunning()) {
                publisher.kill();
            }
            if (publisher.awaitEnd() == 0) {
                acknowledged.add(next);
            } else if (!moment.victim().publisher()) {
                complaints.add("version " + next + " was not published although nobody killed its publisher");
            }
        }
        ModelState state = ModelState.read(folder);
        complaints.addAll(state.flaws());
        complaints.addAll(state.missing(acknowledged));
        long from = clock.nanoTime();
        ModelServer after = moment.victim().server() ? start() : before;
        long served = moment.victim().server()
                ? served(after, model, good, state.newest(), from, 0, complaints)
                : served(after, model, good, state.newest(), from, SERVED_NANOS_MAX, complaints);
        note(complaints, moment.victim().server() ? labels.complaint(after) : null);
        kills.add(new Kill(
                number,
                moment,
                next,
                acknowledged.contains(next),
                state.versions().contains(next),
                state.newest(),
                served,
                state.leftovers(),
                complaints));
        return after;
    }

    /** Asks the server until a moment; every answer must be right. */
    private void watch(
            ModelServer server, NumberedModel model, GoodVersions good, BooleanSupplier over, List<String> complaints)
            throws InterruptedException {
        while (!over.getAsBoolean()) {
            note(complaints, ask(server, model, good));
            clock.sleepUntil(clock.nanoTime() + POLL_NANOS);
        }
    }

    private @Nullable String ask(ModelServer server, NumberedModel model, GoodVersions good)
            throws InterruptedException {
        try {
            ModelAnswer answer = server.infer(MODEL, model.request());
            return answer.ok() ? good.complaint(answer) : "a request must be answered, got " + answer.words();
        } catch (IOException e) {
            return "a request must be answered, got " + e;
        }
    }

    /**
     * Waits until the expected version answers, and asks some more: from then on nobody else may.
     *
     * @param within how long another good version may answer before it; 0: the first answer must be the expected one's
     * @return nanoseconds since {@code from}; -1 when it did not
     */
    private long served(
            ModelServer server,
            NumberedModel model,
            GoodVersions good,
            long expected,
            long from,
            long within,
            List<String> complaints)
            throws IOException, InterruptedException {
        long servedAt = -1;
        int more = ANSWERS_AFTER;
        while (more > 0) {
            ModelAnswer answer = server.infer(MODEL, model.request());
            @Nullable String wrong = answer.ok() ? good.complaint(answer) : "a request must be answered, got " + answer.words();
            note(complaints, wrong);
            boolean right = wrong == null && answer.version().orElse(0L) == expected;
            if (right) {
                servedAt = servedAt < 0 ? clock.nanoTime() - from : servedAt;
                more--;
            } else if (servedAt >= 0 || clock.nanoTime() - from >= within) {
                complaints.add("version " + expected + " is the last complete one, got version "
                        + answer.version().orElse(0L));
                return servedAt;
            } else {
                clock.sleepUntil(clock.nanoTime() + POLL_NANOS);
            }
        }
        return servedAt;
    }

    /** What was left by the dead must hinder nobody: one more version is published and served, and nothing hidden stays. */
    private List<String> publishAfterAll(ModelServer server, NumberedModel model, GoodVersions good)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        long next = ModelState.read(folder).newest() + 1;
        good.add(next);
        publishWhole(model, next);
        served(server, model, good, next, clock.nanoTime(), SERVED_NANOS_MAX, complaints);
        ModelState state = ModelState.read(folder);
        complaints.addAll(state.flaws());
        if (state.leftovers() > 0) {
            complaints.add(state.leftovers() + " hidden folders are left after a publish that was not disturbed");
        }
        return complaints;
    }

    /** Old versions go, but the one that carries the label. */
    private void removeOld() throws IOException {
        TreeSet<Long> versions = new TreeSet<>(ModelState.read(folder).versions());
        versions.remove(labels.acknowledged());
        while (versions.size() > KEPT) {
            long oldest = versions.first();
            versions.remove(oldest);
            acknowledged.remove(oldest);
            new VersionFolder(folder, oldest).remove();
        }
    }

    private static void note(List<String> complaints, @Nullable String complaint) {
        if (complaint != null) {
            complaints.add(complaint);
        }
    }

    private void tell(Kill kill) {
        out.println(String.format(
                Locale.ROOT,
                "kill %3d: %s, after %.0f ms; version %d %s%s; version %d %s%s",
                kill.number(),
                kill.moment().words(),
                kill.moment().afterNanos() / 1e6,
                kill.publishing(),
                kill.visible() ? "published" : "not published",
                kill.leftovers() > 0 ? ", " + kill.leftovers() + " hidden folders left" : "",
                kill.expected(),
                kill.servedNanos() < 0
                        ? "did not answer"
                        : String.format(Locale.ROOT, "answered after %.0f ms", kill.servedNanos() / 1e6),
                kill.complaints().isEmpty() ? "" : ": WRONG " + kill.complaints()));
        out.flush();
    }
}
