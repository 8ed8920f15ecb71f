package dev.sluice.loadtest.proof.manymodels;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ServerText;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.server.PrometheusText;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ServerStart;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The proof that memory for a few models is enough to serve many: all are registered, each is loaded when it is asked, and the
 * least recently used go.
 *
 * <p>A first server without a bound says how much a model takes, by its own account; the bound is that of {@code room} of them.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class ManyModelsProof {
    private static final Duration SAMPLE_PERIOD = Duration.ofMillis(250);
    private static final int SAMPLES_A_LINE = 20;
    private static final String CPU = "device=\"cpu\"";

    private final ManyModelsPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final List<MemorySample> samples = new ArrayList<>();
    private int missedSamples;

    ManyModelsProof(ManyModelsPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        ModelSet models = ModelSet.read(plan.kinds(), plan.models());
        Path repository = Files.createDirectories(plan.out().resolve("repository"));
        models.write(repository);
        long limit = limit(models, repository);
        ManyModelsResult result = serve(models, repository, limit);
        // They are made from the seed again; their folders are no evidence.
        VersionFolder.removeTree(repository);
        ManyModelsReport.write(result, plan.out());
        return ManyModelsReport.outcome(plan, result);
    }

    /** Bytes for {@code room} models: as many times the mean of what one of each kind takes. */
    private long limit(ModelSet models, Path repository)
            throws IOException, CannotMeasureException, InterruptedException {
        try (ModelServer server =
                plan.server().start(repository, List.of(), plan.out().resolve("server-unbounded.log"))) {
            server.awaitReady(ServerStart.WITHIN);
            long before = modelBytes(server.metrics());
            for (int kind = 0; kind < models.kinds(); kind++) {
                models.learn(server, kind);
            }
            long taken = modelBytes(server.metrics()) - before;
            long limit = taken * plan.room() / models.kinds();
            if (taken <= 0) {
                throw new CannotMeasureException("a loaded model must take memory, got " + taken + " bytes");
            }
            say(String.format(
                    Locale.ROOT,
                    "a model takes %.1f KiB by the server's account; room for %d is %d bytes",
                    taken / 1024.0 / models.kinds(),
                    plan.room(),
                    limit));
            return limit;
        }
    }

    private ManyModelsResult serve(ModelSet models, Path repository, long limit)
            throws IOException, CannotMeasureException, InterruptedException {
        try (ModelServer server = plan.server()
                        .start(
                                repository,
                                List.of("limits.model-memory=" + limit),
                                plan.out().resolve("server.log"));
                Traffic traffic = new Traffic(plan, server, models, clock)) {
            server.awaitReady(ServerStart.WITHIN);
            long before = server.residentBytes();
            say(String.format(
                    Locale.ROOT, "%d models registered, resident %.1f MiB", plan.models(), before / 1048576.0));
            traffic.start();
            sample(server, traffic);
            traffic.stop();
            return new ManyModelsResult(
                    limit,
                    before,
                    samples,
                    missedSamples,
                    traffic.answers(),
                    traffic.failed(),
                    traffic.complaints(),
                    traffic.modelsAsked(),
                    traffic.latency(),
                    server.isRunning());
        }
    }

    private void sample(ModelServer server, Traffic traffic) throws InterruptedException {
        long began = clock.nanoTime();
        long end = began + plan.duration().toNanos();
        for (long next = began; clock.nanoTime() - end < 0 && server.isRunning(); next += SAMPLE_PERIOD.toNanos()) {
            clock.sleepUntil(next);
            try {
                PrometheusText metrics = server.metrics();
                samples.add(new MemorySample(
                        (clock.nanoTime() - began) / 1e9,
                        modelBytes(metrics),
                        (long) required(
                                "sluice_model_memory_limit_bytes", metrics.sum("sluice_model_memory_limit_bytes", CPU)),
                        server.residentBytes(),
                        (long) required("sluice_model_evictions_total", metrics.value("sluice_model_evictions_total")),
                        traffic.answers()));
                if (samples.size() % SAMPLES_A_LINE == 0) {
                    say(line(samples.get(samples.size() - 1), traffic));
                }
            } catch (IOException e) {
                missedSamples++;
                say("no sample: " + ServerText.line(e.getMessage()));
            }
        }
    }

    private static String line(MemorySample sample, Traffic traffic) {
        return String.format(
                Locale.ROOT,
                "%6.1f s: %d answers, %d failed, %d models asked, %d evicted, models %.1f of %.1f KiB, resident %.1f MiB",
                sample.atSeconds(),
                sample.answers(),
                traffic.failed(),
                traffic.modelsAsked(),
                sample.evictions(),
                sample.modelBytes() / 1024.0,
                sample.limitBytes() / 1024.0,
                sample.residentBytes() / 1048576.0);
    }

    private static long modelBytes(PrometheusText metrics) throws IOException {
        return (long) required("sluice_model_memory_bytes", metrics.sum("sluice_model_memory_bytes", CPU));
    }

    private static double required(String name, OptionalDouble value) throws IOException {
        return value.orElseThrow(() -> new IOException("the metrics page has no " + name));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
