package dev.sluice.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run from its start to its result: the timeline that all loops share.
 *
 * <p>Threading: confined to the calling thread, which it blocks.
 */
final class LoadRun {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Between the decision to start and time 0, so that every loop is in place by then. */
    private static final long LEAD_NANOS = 20_000_000L;

    private static final long DRAIN_POLL_NANOS = 20_000_000L;
    /** Beyond the timeout, after which every request must have its outcome. */
    private static final long DRAIN_GRACE_NANOS = SECOND_NANOS;

    private final LoadPlan plan;
    private final List<LoadLoop> loops;
    private final LoadClock clock;
    private final ProcFiles proc;
    private final IntervalStats total;
    private final List<SecondSample> series = new ArrayList<>();

    LoadRun(LoadPlan plan, List<LoadLoop> loops, LoadClock clock, ProcFiles proc) {
        this.plan = plan;
        this.loops = loops;
        this.clock = clock;
        this.proc = proc;
        this.total = new IntervalStats(plan.targets().size());
    }

    LoadResult measure(Consumer<SecondSample> progress) throws InterruptedException {
        List<LoopThread> threads = new ArrayList<>();
        for (LoadLoop loop : loops) {
            threads.add(LoadGenerator.await(loop.thread(proc)));
        }
        LoopCpu loopCpu = new LoopCpu(threads, proc);
        RunSpan span = RunSpan.of(plan, clock.nanoTime() + LEAD_NANOS);
        loops.forEach(loop -> loop.start(span));
        clock.sleepUntil(span.measureNanos());
        loopCpu.mark();
        @Nullable Long serverCpuBefore = cpuNanos(plan.expected().pid());
        @Nullable Long ownCpuBefore = cpuNanos(ProcessHandle.current().pid());
        long began = clock.nanoTime();

        sampleSeconds(span, progress);

        LoopCpu.Usage usage = loopCpu.usage(clock.nanoTime() - began);
        @Nullable Long serverCpuAfter = cpuNanos(plan.expected().pid());
        @Nullable Long ownCpuAfter = cpuNanos(ProcessHandle.current().pid());
        long ended = clock.nanoTime();
        drain(ended);
        Tally all = total.all();
        // Both as rates: the CPU times were read a little late, and the answers counted to the nanosecond.
        double answers = all.answersArrived() / span.seconds() * ((ended - began) / 1e9);
        @Nullable Double ownCpu = perRequest(ownCpuBefore, ownCpuAfter, answers);
        GeneratorHealth health = new GeneratorHealth(
                total.lateness(),
                usage.busy(),
                usage.waiting(),
                ownCpu == null ? 0 : ownCpu,
                all.outcomes().count(FailureKind.UNSENT));
        return new LoadResult(
                plan,
                all.totals("all", span.seconds()),
                targetTotals(span.seconds()),
                stageTotals(),
                series,
                health,
                perRequest(serverCpuBefore, serverCpuAfter, answers),
                total.contentComplaint());
    }

    private List<Totals> targetTotals(double seconds) {
        List<Totals> totals = new ArrayList<>();
        for (int i = 0; i < plan.targets().size(); i++) {
            totals.add(total.target(i).totals(plan.targets().get(i).name(), seconds));
        }
        return totals;
    }

    /** One for each stage, when there are several; an outcome counts for the stage in which its request was due. */
    private List<Totals> stageTotals() throws InterruptedException {
        List<Stage> stages = plan.stages();
        List<Totals> totals = new ArrayList<>();
        if (stages.size() > 1) {
            List<Tally> tallies = stages.stream().map(stage -> new Tally()).toList();
            for (LoadLoop loop : loops) {
                List<Tally> counted = LoadGenerator.await(loop.stageTallies());
                for (int i = 0; i < tallies.size(); i++) {
                    tallies.get(i).add(counted.get(i));
                }
            }
            for (int i = 0; i < tallies.size(); i++) {
                double seconds = stages.get(i).duration().toNanos() / 1e9;
                totals.add(tallies.get(i).totals(stages.get(i).toString(), seconds));
            }
        }
        return totals;
    }

    /** Closes an interval each second until the span is over. */
    private void sampleSeconds(RunSpan span, Consumer<SecondSample> progress) throws InterruptedException {
        long from = span.measureNanos();
        for (int second = 0; !span.isOver(from); second++) {
            long boundary = span.measureNanos() + (second + 1) * SECOND_NANOS;
            clock.sleepUntil(span.isOver(boundary) ? span.endNanos() : boundary);
            IntervalStats stats = closeIntervals();
            long now = clock.nanoTime();
            // Beyond the end no answer counts.
            long to = span.isOver(now) ? span.endNanos() : now;
            SecondSample sample = SecondSample.of(second, (to - from) / 1e9, stats);
            total.add(stats);
            series.add(sample);
            progress.accept(sample);
            from = to;
        }
    }

    private IntervalStats closeIntervals() throws InterruptedException {
        IntervalStats sum = new IntervalStats(plan.targets().size());
        for (LoadLoop loop : loops) {
            sum.add(LoadGenerator.await(loop.closeInterval()));
        }
        return sum;
    }

    /** Gives the last requests the time they have, so that each has an outcome. */
    private void drain(long ended) throws InterruptedException {
        long deadline = ended + plan.timeout().toNanos() + DRAIN_GRACE_NANOS;
        IntervalStats rest = closeIntervals();
        total.add(rest);
        while (!rest.isSettled() && deadline - clock.nanoTime() > 0) {
            clock.sleepUntil(clock.nanoTime() + DRAIN_POLL_NANOS);
            rest = closeIntervals();
            total.add(rest);
        }
    }

    private @Nullable Long cpuNanos(@Nullable Long pid) {
        try {
            return pid == null || !proc.knows(pid) ? null : (Long) proc.cpuNanos(pid);
        } catch (IOException e) {
            // The server has exited; its requests tell that story.
            return null;
        }
    }

    private static @Nullable Double perRequest(@Nullable Long before, @Nullable Long after, double requests) {
        return before == null || after == null || requests == 0 ? null : (after - before) / requests;
    }
}
