package dev.sluice.loadtest;

import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that one event loop does: it sends at the planned times, or again after each answer, and counts.
 *
 * <p>Threading: confined to the event loop of {@code context}; {@link #start}, {@link #closeInterval} and {@link #stop}
 * may be called from any thread and do their work there.
 */
final class LoadLoop {
    /* Work of one go before the loop looks at the network again: 64 requests sent, or 4096 given up. */
    private static final int TICK_BUDGET = 4096;
    private static final int SEND_COST = 64;

    private static final long SWEEP_NANOS_MAX = 100_000_000L;
    /** Pause of a closed loop after a connection could not be opened, so that a dead server does not make it spin. */
    private static final long RECONNECT_NANOS = 10_000_000L;

    private final ContextInternal context;
    private final LoadClock clock;
    private final LoadConnections connections;
    /** Null in a closed loop. */
    private final @Nullable ArrivalSchedule schedule;

    private final int closedConnections;
    private final long timeoutNanos;
    private final long sweepNanos;
    private IntervalStats interval = new IntervalStats();
    private RunSpan span = new RunSpan(0, 0, 0);
    private long nextIntendedNanos;
    /** True while an open loop has arrivals left. */
    private boolean pacing;

    private boolean stopped;

    /** @param index 0-based number of this loop among {@code plan.loops()} */
    LoadLoop(
            ContextInternal context,
            HttpClientAgent client,
            LoadPlan plan,
            List<PreparedRequest> requests,
            int index,
            LoadClock clock) {
        this.context = context;
        this.clock = clock;
        this.schedule = schedule(plan, index);
        this.closedConnections =
                plan.arrivals() instanceof Arrivals.Closed closed ? share(closed.connections(), index, plan) : 0;
        this.timeoutNanos = plan.timeout().toNanos();
        this.sweepNanos =
                Math.max(1_000_000L, Math.min(SWEEP_NANOS_MAX, plan.timeout().toNanos() / 10));
        int connectionsMax = schedule == null
                ? Math.max(1, closedConnections)
                : Math.max(1, share(plan.connectionsMax(), index, plan));
        this.connections =
                new LoadConnections(client, plan, requests, connectionsMax, backlogMax(plan), this::requestEnded);
    }

    private static @Nullable ArrivalSchedule schedule(LoadPlan plan, int index) {
        if (plan.arrivals() instanceof Arrivals.Constant constant) {
            return ArrivalSchedule.constant(constant.perSecond(), index, plan.loops());
        }
        if (plan.arrivals() instanceof Arrivals.Poisson poisson) {
            return ArrivalSchedule.poisson(
                    poisson.perSecond(), plan.loops(), new SplittableRandom(plan.seed() * 31 + index));
        }
        return null;
    }

    /** This loop's part of a number that all loops share. */
    private static int share(int total, int index, LoadPlan plan) {
        return total / plan.loops() + (index < total % plan.loops() ? 1 : 0);
    }

    /** Everything that can arrive within one timeout, so that only the timeout decides, up to a million. */
    private static int backlogMax(LoadPlan plan) {
        double perSecond = 0;
        if (plan.arrivals() instanceof Arrivals.Constant constant) {
            perSecond = constant.perSecond();
        } else if (plan.arrivals() instanceof Arrivals.Poisson poisson) {
            perSecond = poisson.perSecond();
        }
        double arrivals = perSecond * (plan.timeout().toNanos() / 1e9) * 1.5;
        return (int) Math.min(1 << 20, 1024 + arrivals);
    }

    void start(RunSpan runSpan) {
        context.runOnContext(ignored -> {
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
            boolean measured = span.isMeasured(nextIntendedNanos);
            if (measured) {
                interval.recordLateness(now - nextIntendedNanos);
            }
            if (now - nextIntendedNanos >= timeoutNanos) {
                // Its time is up before it was sent. Giving it up keeps a generator that is far behind in the present.
                giveUp(measured, now - nextIntendedNanos);
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

    private void giveUp(boolean measured, long lateNanos) {
        if (measured) {
            interval.recordSent();
            interval.recordOutcome(FailureKind.UNSENT.code(), lateNanos);
        }
    }

    private void send(long intendedNanos) {
        if (span.isMeasured(intendedNanos)) {
            interval.recordSent();
        }
        connections.send(intendedNanos);
    }

    private void requestEnded(long intendedNanos, int outcome) {
        long now = clock.nanoTime();
        if (span.isMeasured(intendedNanos)) {
            interval.recordOutcome(outcome, now - intendedNanos);
        }
        if (schedule != null) {
            return;
        }
        if (outcome == FailureKind.CONNECT.code()) {
            after(RECONNECT_NANOS, this::sendAgain);
        } else {
            sendAgain();
        }
    }

    private void sendAgain() {
        long now = clock.nanoTime();
        if (!stopped && !span.isOver(now)) {
            send(now);
        }
    }

    private void sweep() {
        if (!stopped) {
            connections.endOverdue(clock.nanoTime());
            after(sweepNanos, this::sweep);
        }
    }

    /** Runs on this loop after a delay with the precision of the event loop; Vert.x timers would round to 1 ms. */
    private void after(long nanos, Runnable action) {
        var unused = context.nettyEventLoop().schedule(() -> context.dispatch(action), nanos, TimeUnit.NANOSECONDS);
    }

    /** Hands over what was counted since the last call. */
    CompletableFuture<IntervalStats> closeInterval() {
        CompletableFuture<IntervalStats> handover = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            IntervalStats counted = interval;
            interval = new IntervalStats();
            counted.close(connections.outstanding(), pacing);
            handover.complete(counted);
        });
        return handover;
    }

    /** The id of the thread this loop runs on. */
    CompletableFuture<Long> threadId() {
        CompletableFuture<Long> id = new CompletableFuture<>();
        context.runOnContext(ignored -> id.complete(Thread.currentThread().getId()));
        return id;
    }

    void stop() {
        context.runOnContext(ignored -> {
            stopped = true;
            connections.close();
        });
    }
}
