package dev.sluice.loadtest;

import org.HdrHistogram.Histogram;

/**
 * What was counted during one span of time on one event loop, or the sum of several such spans.
 *
 * <p>Threading: filled by one owner; once handed over as a closed interval, the receiver owns it.
 */
final class IntervalStats {
    private static final long HIGHEST_NANOS = 3_600_000_000_000L;

    /** Requests whose intended time fell in the span. */
    private long sent;

    private final OutcomeCounts outcomes = new OutcomeCounts();
    /* Successful answers, and timeouts at the time they took: a server that hangs must not look better for it. Other
    failures are left out, because an instant 503 would flatter the percentiles. */
    private final Histogram latency = histogram();
    /** How late the generator itself was: from the intended time to the attempt to send. */
    private final Histogram lateness = histogram();
    /** Requests without an outcome when the interval was closed. */
    private int outstanding;
    /** Whether arrivals of the plan were still to come then. */
    private boolean pacing;

    private static Histogram histogram() {
        return new Histogram(1_000, HIGHEST_NANOS, 3);
    }

    void recordSent() {
        sent++;
    }

    void recordLateness(long nanos) {
        lateness.recordValue(clamp(nanos));
    }

    void recordOutcome(int outcome, long latencyNanos) {
        outcomes.add(outcome);
        if (OutcomeCounts.isOk(outcome) || outcome == FailureKind.TIMEOUT.code()) {
            latency.recordValue(clamp(latencyNanos));
        }
    }

    private static long clamp(long nanos) {
        return Math.max(0, Math.min(nanos, HIGHEST_NANOS));
    }

    void close(int outstandingNow, boolean pacingNow) {
        outstanding = outstandingNow;
        pacing = pacingNow;
    }

    /** Adds what {@code other} counted; {@link #outstanding()} becomes the sum too. */
    void add(IntervalStats other) {
        sent += other.sent;
        outcomes.addAll(other.outcomes);
        latency.add(other.latency);
        lateness.add(other.lateness);
        outstanding += other.outstanding;
        pacing |= other.pacing;
    }

    long sent() {
        return sent;
    }

    OutcomeCounts outcomes() {
        return outcomes;
    }

    LatencySummary latency() {
        return LatencySummary.of(latency);
    }

    LatencySummary lateness() {
        return LatencySummary.of(lateness);
    }

    int outstanding() {
        return outstanding;
    }

    /** True when nothing was left to send or to wait for when the interval was closed. */
    boolean isSettled() {
        return outstanding == 0 && !pacing;
    }
}
