package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ServerText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the groups that were asked for, one after the other, each with servers of its own; a group that cannot measure does not
 * keep the others from it.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class SpeedProof {
    private static final List<SpeedGroup> GROUPS = List.of(
            new EqualRowsGroup(),
            new MlpGroup(),
            new SingleGroup(),
            new TreesGroup(),
            new TextGroup(),
            new MixedGroup(),
            new ImageGroup(),
            new StartGroup(),
            new OpenLoopGroup());

    private final SpeedPlan plan;
    private final PrintWriter out;
    private final LoadClock clock;
    private final Ledger ledger = new Ledger();

    SpeedProof(SpeedPlan plan, PrintWriter out, LoadClock clock) {
        this.plan = plan;
        this.out = out;
        this.clock = clock;
    }

    SpeedResult run() throws IOException, InterruptedException {
        long began = clock.nanoTime();
        Path folder = Files.createTempDirectory("sluice-speed-");
        try {
            Bench bench = new Bench(plan, ledger, new BenchRepository(plan.checkout(), folder, plan.seed()), out);
            bench.say("light requests by " + bench.light().name() + ", latencies by "
                    + bench.generator().name());
            if (plan.wants(Goal.HEAP_BYTES, Goal.HEAP_GROWTH)) {
                readAlloc(bench);
            }
            for (SpeedGroup group : GROUPS) {
                if (!Collections.disjoint(group.goals(), plan.goals())) {
                    measure(bench, group, began);
                }
            }
            return new SpeedResult(
                    plan,
                    bench.light().name(),
                    ledger.results(plan.goals(), plan.timesAreJudged()),
                    ledger.samples(),
                    Duration.ofNanos(clock.nanoTime() - began));
        } finally {
            delete(folder);
        }
    }

    private void readAlloc(Bench bench) throws IOException {
        Path given = plan.allocResult();
        Path result = given == null ? AllocResult.newest(plan.checkout()) : given;
        if (result == null) {
            bench.say("g11 will not be judged: there is no result of prove alloc yet; --only leaves it out");
        }
        AllocResult.read(result, ledger);
    }

    private void measure(Bench bench, SpeedGroup group, long began) throws InterruptedException {
        Duration at = Duration.ofNanos(clock.nanoTime() - began);
        List<String> wanted = group.goals().stream()
                .filter(plan.goals()::contains)
                .map(Goal::id)
                .distinct()
                .toList();
        bench.say(String.join(", ", wanted) + " (" + group.name() + "), after " + at.toSeconds() + " s");
        try {
            group.measure(bench);
        } catch (CannotMeasureException e) {
            fail(bench, group, e);
        } catch (IOException e) {
            fail(bench, group, new CannotMeasureException(ServerText.line(e.toString())));
        }
    }

    private void fail(Bench bench, SpeedGroup group, CannotMeasureException why) {
        bench.say("  could not measure: " + why.getMessage());
        group.goals().forEach(goal -> ledger.fail(goal, why));
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = new ArrayList<>(walk.toList());
        }
        Collections.reverse(files);
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
