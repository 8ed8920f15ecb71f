package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExpectedServer;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.LoadGenerator;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.LoadResult;
import dev.sluice.loadtest.proof.server.Capacity;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * The proof that publishing is boring: versions of a model are published under steady load, a third of them broken or slow, and
 * nothing is lost, nothing is wrong, and the right version answers at once.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class PublishProof {
    static final Duration WARMUP = Duration.ofSeconds(1);

    private static final String MODEL = "flight-delay";
    /** A cycle that begins this long before its span ends is over by then. */
    private static final Duration CYCLE_MAX = Duration.ofMillis(1500);

    private final PublishPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();
    private final LoadGenerator generator = new LoadGenerator();
    private final List<Cycle> cycles = new ArrayList<>();
    private final List<WindowPair> pairs = new ArrayList<>();

    PublishProof(PublishPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    ProofOutcome run() throws IOException, CannotMeasureException, InterruptedException {
        NumberedModel model = NumberedModel.read(plan.model());
        Path repository = plan.out().resolve("repository");
        Path folder = Files.createDirectories(repository.resolve(MODEL));
        Files.writeString(folder.resolve("model.yaml"), "versions: latest\n");
        VersionFolder first = new VersionFolder(folder, 1);
        first.stage(model.version(1));
        first.stageManifest(model.version(1));
        first.appear();
        try (ModelServer server = plan.server()
                .start(
                        repository,
                        List.of("watch.settle=" + plan.settle().toMillis() + "ms"),
                        plan.out().resolve("server.log"))) {
            server.awaitReady(ServerStart.WITHIN);
            GoodVersions good = new GoodVersions(first(server, model));
            Function<Arrivals, LoadPlan.Builder> load = load(server, model, good);
            Map<Integer, Double> capacity = plan.ratePerSecond() != null
                    ? Map.of()
                    : new Capacity(generator, load, plan.capacityStep(), this::say).measure();
            double rate = plan.ratePerSecond() != null
                    ? plan.ratePerSecond()
                    : capacity.getOrDefault(Capacity.OPEN_LOOP, 0.0) * plan.loadFraction();
            say(String.format(Locale.ROOT, "publishing under %.0f requests per second", rate));
            try (VersionProbe probe = VersionProbe.start(server, MODEL, model.request(), good, clock);
                    LoadWindows windows = new LoadWindows(generator, load, plan, rate)) {
                cycle(new CycleRun(plan, folder, model, good, server, probe, clock), windows);
                probe.stop();
                PublishResult result = new PublishResult(
                        capacity,
                        rate,
                        cycles,
                        pairs,
                        windows.sent(),
                        windows.failed(),
                        windows.neverSent(),
                        windows.errors(),
                        probe.asked(),
                        probe.wrong(),
                        probe.complaints(),
                        server.isRunning());
                PublishReport.write(result, plan.out());
                return PublishReport.outcome(plan, result);
            }
        }
    }

    private static double first(ModelServer server, NumberedModel model)
            throws IOException, CannotMeasureException, InterruptedException {
        ModelAnswer answer = server.infer(MODEL, model.request());
        double probability = answer.value(NumberedModel.OUTPUT, 1);
        if (!answer.ok() || !answer.version().equals(Optional.of(1L)) || !(probability > 0 && probability < 1)) {
            throw new CannotMeasureException("version 1 must answer a probability, got " + answer.words());
        }
        return probability;
    }

    private Function<Arrivals, LoadPlan.Builder> load(ModelServer server, NumberedModel model, GoodVersions good)
            throws IOException {
        BodySource body = new BodySource.Fixed(model.request(), "row");
        return arrivals -> LoadPlan.builder(server.listening().http(), MODEL)
                .body(body)
                .arrivals(arrivals)
                .seed(plan.seed())
                .checkEvery(1)
                .answerRule(good)
                .expected(new ExpectedServer(null, server.listening().pid()));
    }

    /** Spans with swaps and without by turns, A B, B A, A B …, so that what drifts hits both alike, until all cycles are done. */
    private void cycle(CycleRun run, LoadWindows windows)
            throws IOException, CannotMeasureException, InterruptedException {
        while (cycles.size() < plan.cycles()) {
            int before = cycles.size();
            boolean swapsFirst = pairs.size() % 2 == 0;
            LoadResult one = swapsFirst ? withSwaps(run, windows) : windows.end(windows.begin());
            LoadResult two = swapsFirst ? windows.end(windows.begin()) : withSwaps(run, windows);
            LoadResult swaps = swapsFirst ? one : two;
            LoadResult steady = swapsFirst ? two : one;
            WindowPair pair = new WindowPair(
                    cycles.size() - before,
                    swaps.latency().p99Nanos(),
                    steady.latency().p99Nanos(),
                    swaps.complaints().isEmpty() && steady.complaints().isEmpty());
            pairs.add(pair);
            say(String.format(
                    Locale.ROOT,
                    "pair %d: %d cycles (%d of %d), p99 %.2f ÷ %.2f ms = %.2f, failed %d%s",
                    pairs.size(),
                    pair.cycles(),
                    cycles.size(),
                    plan.cycles(),
                    pair.swapP99Nanos() / 1e6,
                    pair.steadyP99Nanos() / 1e6,
                    pair.ratio(),
                    windows.failed(),
                    pair.measured() ? "" : ", the generator was late"));
        }
    }

    private LoadResult withSwaps(CycleRun run, LoadWindows windows)
            throws IOException, CannotMeasureException, InterruptedException {
        Future<LoadResult> span = windows.begin();
        long begin = clock.nanoTime() + WARMUP.toNanos();
        long last = begin + plan.window().minus(CYCLE_MAX).toNanos();
        clock.sleepUntil(begin);
        while (cycles.size() < plan.cycles() && clock.nanoTime() - last < 0 && !span.isDone()) {
            long next = clock.nanoTime() + plan.pace().toNanos();
            cycles.add(run.publish(CycleKind.of(cycles.size())));
            clock.sleepUntil(next);
        }
        return windows.end(span);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
