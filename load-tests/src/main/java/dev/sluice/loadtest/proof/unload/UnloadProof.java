package dev.sluice.loadtest.proof.unload;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
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
import java.util.Random;

/**
 * The proof that the native memory of an unloaded model returns: load the transformer, ask it, unload it, read the process's
 * resident memory, again and again.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class UnloadProof {
    private static final String MODEL = "encoder";
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    /** A freed model's memory is given back within a few seconds. */
    private static final Duration SETTLE_MIN = Duration.ofSeconds(6);

    private static final Duration SETTLE_MAX = Duration.ofSeconds(20);
    private static final Duration SETTLE_POLL = Duration.ofMillis(500);
    private static final int SETTLED_SAMPLES = 3;
    private static final long SETTLED_BYTES = 1 << 20;

    private final UnloadPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final TokenRequests requests;
    private final List<UnloadCycle> cycles = new ArrayList<>();

    UnloadProof(UnloadPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
        requests = new TokenRequests(new Random(plan.seed()));
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        if (!Files.isRegularFile(plan.model())) {
            throw new CannotMeasureException("the model " + plan.model() + " is missing; build with: mvn package");
        }
        Path repository = plan.out().resolve("repository");
        Path version = Files.createDirectories(repository.resolve(MODEL).resolve("1"));
        Files.copy(plan.model(), version.resolve("model.onnx"));
        if (plan.batchMax() > 0) {
            Files.writeString(
                    repository.resolve(MODEL).resolve("model.yaml"),
                    "batching: {max-batch-size: " + plan.batchMax() + "}\n");
        }
        try (ModelServer server = plan.server()
                .start(
                        repository,
                        List.of("http.repository-control=true"),
                        plan.out().resolve("server.log"))) {
            server.awaitReady(ServerStart.WITHIN);
            unload(server);
            pause(plan.pause());
            long before = server.residentBytes();
            long began = clock.nanoTime();
            for (int number = 1; number <= plan.cycles() && server.isRunning(); number++) {
                UnloadCycle cycle = cycle(server, number, began);
                cycles.add(cycle);
                say(String.format(
                        Locale.ROOT,
                        "cycle %3d: loaded in %.0f ms, %.1f MiB; unloaded %.1f MiB%s",
                        number,
                        cycle.loadNanos() / 1e6,
                        cycle.loadedBytes() / 1048576.0,
                        cycle.unloadedBytes() / 1048576.0,
                        cycle.failed() > 0 ? ", failed " + cycle.failed() : ""));
            }
            UnloadReport.write(cycles, plan.out());
            return UnloadReport.outcome(plan, before, cycles);
        } finally {
            VersionFolder.removeTree(repository);
        }
    }

    private UnloadCycle cycle(ModelServer server, int number, long began)
            throws IOException, CannotMeasureException, InterruptedException {
        long loadNanos = load(server);
        int failed = 0;
        for (int i = 0; i < plan.requests(); i++) {
            ModelAnswer answer = server.infer(MODEL, requests.next());
            if (!answer.ok()) {
                failed++;
                say("request failed: " + answer.words());
            }
        }
        long loaded = server.residentBytes();
        long unloadNanos = unload(server);
        boolean judged = number == UnloadPlan.REFERENCE || number == plan.cycles();
        if (judged) {
            pause(SETTLE_MIN);
        } else {
            pause(plan.pause());
        }
        long unloaded = judged ? settled(server) : server.residentBytes();
        return new UnloadCycle(
                number, (clock.nanoTime() - began) / 1e9, loadNanos, unloadNanos, loaded, unloaded, failed);
    }

    private long load(ModelServer server) throws IOException, CannotMeasureException, InterruptedException {
        long began = clock.nanoTime();
        require(server, "load", true);
        return clock.nanoTime() - began;
    }

    private long unload(ModelServer server) throws IOException, CannotMeasureException, InterruptedException {
        long began = clock.nanoTime();
        require(server, "unload", false);
        return clock.nanoTime() - began;
    }

    private void require(ModelServer server, String operation, boolean ready)
            throws IOException, CannotMeasureException, InterruptedException {
        ModelAnswer answer = server.control(MODEL, operation);
        if (!answer.ok()) {
            throw new CannotMeasureException("the server must " + operation + " the model, got " + answer.words());
        }
        long end = clock.nanoTime() + READY_WITHIN.toNanos();
        while (server.isReady(MODEL) != ready) {
            if (clock.nanoTime() - end > 0) {
                throw new CannotMeasureException("the model must be " + (ready ? "ready" : "gone") + " within "
                        + READY_WITHIN.toSeconds() + " s of a request to " + operation + " it");
            }
            pause(POLL);
        }
    }

    /** Resident memory once it has stopped moving, or after a bound. */
    private long settled(ModelServer server) throws IOException, InterruptedException {
        long end = clock.nanoTime() + SETTLE_MAX.toNanos();
        long last = server.residentBytes();
        for (int same = 1; same < SETTLED_SAMPLES && clock.nanoTime() - end < 0; ) {
            pause(SETTLE_POLL);
            long now = server.residentBytes();
            same = Math.abs(now - last) <= SETTLED_BYTES ? same + 1 : 1;
            last = now;
        }
        return last;
    }

    private void pause(Duration time) throws InterruptedException {
        clock.sleepUntil(clock.nanoTime() + time.toNanos());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
