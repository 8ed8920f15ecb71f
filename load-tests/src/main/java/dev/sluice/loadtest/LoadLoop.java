package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.Transport;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that one event loop does: it sends at the planned times, or again after each answer, and counts.
 *
 * <p>Threading: confined to its event loop; {@link #start}, {@link #closeInterval} and the other methods that return a
 * future, and {@link #stop}, may be called from any thread and do their work there.
 */
final class LoadLoop implements OutcomeHandler {
    /* Work of one go before the loop looks at the network again: 64 requests sent, or 4096 given up. */
    private static final int TICK_BUDGET = 4096;
    private static final int SEND_COST = 64;

    private static final long SWEEP_NANOS_MAX = 100_000_000L;
    /** Pause of a closed loop after a connection could not be opened, so that a dead server does not make it spin. */
    private static final long RECONNECT_NANOS = 10_000_000L;

    private final EventLoop loop;
    private final LoadClock clock;
    private final LoadConnections connections;
    private final TargetMix mix;
    private final int targetCount;
    /** Null in a closed loop. */
    private final @Nullable ArrivalSchedule schedule;

    private final int closedConnections;
    private final long timeoutNanos;
    private final long sweepNanos;
    private final StageClock stages;
    /** One for each stage; empty where there is only one. */
    private final List<Tally> stageTallies;

    private IntervalStats interval;
    private RunSpan span = new RunSpan(0, 0, 0);
    private long nextIntendedNanos;
    /** True while an open loop has arrivals left. */
    private boolean pacing;

    private boolean stopped;

    /** @param index 0-based number of this loop among {@code plan.loops()} */
    LoadLoop(
            EventLoop loop,
            Transport.Connector connector,
            LoadPlan plan,
            List<TargetRequests> targets,
            int index,
            LoadClock clock) {
        this.loop = loop;
        this.clock = clock;
        SplittableRandom random = new SplittableRandom(plan.seed() * 31 + index);
        this.schedule = schedule(plan, index, random);
        this.mix = new TargetMix(plan.targets(), random.split());
        this.targetCount = plan.targets().size();
        this.closedConnections =
                plan.arrivals() instanceof Arrivals.Closed closed ? share(closed.connections(), index, plan) : 0;
        this.timeoutNanos = plan.timeout().toNanos();
        this.sweepNanos =
                Math.max(1_000_000L, Math.min(SWEEP_NANOS_MAX, plan.timeout().toNanos() / 10));
        this.stages = new StageClock(plan.stages());
        this.stageTallies = stages.count() < 2
                ? List.of()
                : Stream.generate(Tally::new).limit(stages.count()).toList();
        this.interval = new IntervalStats(targetCount);
        int connectionsMax = schedule == null
                ? Math.max(1, closedConnections)
                : Math.max(1, share(plan.connectionsMax(), index, plan));
        this.connections = new LoadConnections(
                loop, clock::nanoTime, connector, plan, targets, connectionsMax, backlogMax(plan), this);
    }

    private static @Nullable ArrivalSchedule schedule(LoadPlan plan, int index, SplittableRandom random) {
        if (plan.stages().isEmpty()) {
            return null;
        }
        RateProfile profile = RateProfile.of(plan.stages(), plan.warmup());
        boolean equalGaps = plan.arrivals() instanceof Arrivals.Constant
                || (plan.arrivals() instanceof Arrivals.Staged staged && staged.equalGaps());
        return equalGaps
                ? ArrivalSchedule.constant(profile, index, plan.loops())
                : ArrivalSchedule.poisson(profile, plan.loops(), random.split());
    }

    /** This loop's part of a number that all loops share. */
    private static int share(int total, int index, LoadPlan plan) {
        return total / plan.loops() + (index < total % plan.loops() ? 1 : 0);
    }

    /** Everything that can arrive within one timeout, so that only the timeout decides, up to a million. */
    private static int backlogMax(LoadPlan plan) {
        if (plan.stages().isEmpty()) {
            return 1;
        }
        double perSecond = RateProfile.of(plan.stages(), plan.warmup()).perSecondMax();
        return (int) Math.min(1 << 20, 1024 + perSecond * (plan.timeout().toNanos() / 1e9) * 1.5);
    }

    void start(RunSpan runSpan) {
        loop.execute(() -> {
            span = runSpan;
            sweep();
            if (schedule != null) {
                pacing = true;
                advance(schedule);
                sendDueArrivals(schedule);
            } else {
                for (int i = 0; i < closedConnections; i++) {
                    send(clock.nanoTime());
                }
            }
        });
    }

    private void advance(ArrivalSchedule arrivals) {
        nextIntendedNanos = span.startNanos() + arrivals.nextNanos();
        pacing = !span.isOver(nextIntendedNanos);
    }

    private void sendDueArrivals(ArrivalSchedule arrivals) {
        long now = clock.nanoTime();
        int budget = TICK_BUDGET;
        while (pacing && !stopped && budget > 0 && nextIntendedNanos - now <= 0) {
            if (span.isMeasured(nextIntendedNanos)) {
                interval.recordLateness(now - nextIntendedNanos);
            }
            if (now - nextIntendedNanos >= timeoutNanos) {
                // Its time is up before it was sent. Giving it up keeps a generator that is far behind in the present.
                int target = mix.next();
                countSent(target, nextIntendedNanos);
                countOutcome(target, nextIntendedNanos, FailureKind.UNSENT.code(), now);
                budget--;
            } else {
                send(nextIntendedNanos);
                budget -= SEND_COST;
            }
            advance(arrivals);
            now = clock.nanoTime();
        }
        if (pacing && !stopped) {
            after(Math.max(0, nextIntendedNanos - now), () -> sendDueArrivals(arrivals));
        }
    }

    private void send(long intendedNanos) {
        int target = mix.next();
        countSent(target, intendedNanos);
        connections.send(target, intendedNanos);
    }

    private void countSent(int target, long intendedNanos) {
        if (span.isMeasured(intendedNanos)) {
            interval.target(target).recordSent();
            if (!stageTallies.isEmpty()) {
                stageTallies
                        .get(stages.indexAt(intendedNanos - span.measureNanos()))
                        .recordSent();
            }
        }
    }

    private void countOutcome(int target, long intendedNanos, int outcome, long now) {
        // What is in flight when the span begins was served in it for the most part, as what is in flight at its end
        // was not.
        if (span.contains(now)) {
            interval.target(target).recordArrival(outcome);
            if (!stageTallies.isEmpty()) {
                stageTallies.get(stages.indexAt(now - span.measureNanos())).recordArrival(outcome);
            }
        }
        if (span.isMeasured(intendedNanos)) {
            interval.target(target).recordOutcome(outcome, now - intendedNanos);
            if (!stageTallies.isEmpty()) {
                stageTallies
                        .get(stages.indexAt(intendedNanos - span.measureNanos()))
                        .recordOutcome(outcome, now - intendedNanos);
            }
        }
    }

    @Override
    public void ended(int target, long intendedNanos, int outcome) {
        countOutcome(target, intendedNanos, outcome, clock.nanoTime());
        if (schedule != null) {
            return;
        }
        if (outcome == FailureKind.CONNECT.code()) {
            after(RECONNECT_NANOS, this::sendAgain);
        } else {
            sendAgain();
        }
    }

    @Override
    public void contentWrong(String complaint) {
        interval.noteContent(complaint);
    }

    private void sendAgain() {
        long now = clock.nanoTime();
        if (!stopped && !span.isOver(now)) {
            send(now);
        }
    }

    private void sweep() {
        if (stopped) {
            return;
        }
        try {
            connections.endOverdue(clock.nanoTime());
        } finally {
            // Without it nothing would time out any more, and the run would not end before its grace does.
            after(sweepNanos, this::sweep);
        }
    }

    private void after(long nanos, Runnable action) {
        var unused = loop.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    /** Hands over what was counted since the last call. */
    CompletableFuture<IntervalStats> closeInterval() {
        return onLoop(() -> {
            IntervalStats counted = interval;
            interval = new IntervalStats(targetCount);
            counted.close(connections.outstanding(), pacing);
            return counted;
        });
    }

    /** Hands over what was counted for each stage; called once, when nothing is left to be counted. */
    CompletableFuture<List<Tally>> stageTallies() {
        return onLoop(() -> stageTallies);
    }

    /** The thread this loop runs on, with its timers made as precise as the system allows. */
    CompletableFuture<LoopThread> thread(ProcFiles proc) {
        return onLoop(() -> {
            proc.sharpenTimersOfThisThread();
            return new LoopThread(Thread.currentThread().getId(), proc.idOfThisThread());
        });
    }

    private <T> CompletableFuture<T> onLoop(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, loop);
    }

    void stop() {
        loop.execute(() -> {
            stopped = true;
            connections.close();
        });
    }
}
