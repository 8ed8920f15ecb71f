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
    private final IntervalStats total = new IntervalStats();
    private final List<SecondSample> series = new ArrayList<>();

    LoadRun(LoadPlan plan, List<LoadLoop> loops, LoadClock clock, ProcFiles proc) {
        this.plan = plan;
        this.loops = loops;
        this.clock = clock;
        this.proc = proc;
    }

    LoadResult measure(Consumer<SecondSample> progress) throws InterruptedException {
        List<Long> threadIds = new ArrayList<>();
        for (LoadLoop loop : loops) {
            threadIds.add(LoadGenerator.await(loop.threadId()));
        }
        LoopCpu loopCpu = new LoopCpu(threadIds);
        RunSpan span = RunSpan.of(plan, clock.nanoTime() + LEAD_NANOS);
        loops.forEach(loop -> loop.start(span));
        clock.sleepUntil(span.measureNanos());
        loopCpu.mark();
        @Nullable Long serverCpuBefore = serverCpuNanos();
        long began = clock.nanoTime();

        long ended = sampleSeconds(span, began, progress);

        long okInTime = total.outcomes().ok();
        double busy = loopCpu.busyMax(ended - began);
        @Nullable Long serverCpuAfter = serverCpuNanos();
        drain(ended);
        GeneratorHealth health =
                new GeneratorHealth(total.lateness(), busy, total.outcomes().count(FailureKind.UNSENT));
        double seconds = (ended - began) / 1e9;
        return new LoadResult(
                plan,
                total.sent(),
                total.outcomes().ok(),
                total.outcomes().errors(),
                seconds,
                okInTime / seconds,
                total.latency(),
                series,
                health,
                perRequest(serverCpuBefore, serverCpuAfter, okInTime));
    }

    /** Closes an interval each second until the span is over; returns when that was. */
    private long sampleSeconds(RunSpan span, long began, Consumer<SecondSample> progress) throws InterruptedException {
        long from = began;
        for (int second = 0; !span.isOver(from); second++) {
            long boundary = span.measureNanos() + (second + 1) * SECOND_NANOS;
            clock.sleepUntil(span.isOver(boundary) ? span.endNanos() : boundary);
            IntervalStats stats = closeIntervals();
            long now = clock.nanoTime();
            SecondSample sample = SecondSample.of(second, (now - from) / 1e9, stats);
            total.add(stats);
            series.add(sample);
            progress.accept(sample);
            from = now;
        }
        return from;
    }

    private IntervalStats closeIntervals() throws InterruptedException {
        IntervalStats sum = new IntervalStats();
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

    private @Nullable Long serverCpuNanos() {
        Long pid = plan.expected().pid();
        try {
            return pid == null ? null : (Long) proc.cpuNanos(pid);
        } catch (IOException e) {
            // The server has exited; its requests tell that story.
            return null;
        }
    }

    private static @Nullable Double perRequest(@Nullable Long before, @Nullable Long after, long requests) {
        return before == null || after == null || requests == 0 ? null : (double) (after - before) / requests;
    }
}
