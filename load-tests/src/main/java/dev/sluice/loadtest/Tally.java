package dev.sluice.loadtest;

import org.HdrHistogram.Histogram;

/**
 * What became of a group of requests, while it is being counted.
 *
 * <p>Threading: confined to its owner.
 */
final class Tally {
    private static final long HIGHEST_NANOS = 3_600_000_000_000L;

    private long sent;
    private long okArrived;
    private long answersArrived;
    private final OutcomeCounts outcomes = new OutcomeCounts();
    /* Successful answers, and timeouts at the time they took, also of requests that found all connections taken: a
    server that hangs must not look better for it. Other failures are left out, because an instant 503 would flatter
    the percentiles. */
    private final Histogram latency = histogram();

    /** A histogram for 1 µs to an hour with three significant digits. */
    static Histogram histogram() {
        return new Histogram(1_000, HIGHEST_NANOS, 3);
    }

    static long clamp(long nanos) {
        return Math.max(0, Math.min(nanos, HIGHEST_NANOS));
    }

    void recordSent() {
        sent++;
    }

    /** Counts an answer, or nothing if that outcome is none, by the time at which it came. */
    void recordArrival(int outcome) {
        if (OutcomeCounts.isOk(outcome)) {
            okArrived++;
        }
        if (outcome >= 0 || outcome == FailureKind.CONTENT.code()) {
            answersArrived++;
        }
    }

    void recordOutcome(int outcome, long latencyNanos) {
        outcomes.add(outcome);
        if (OutcomeCounts.isOk(outcome)
                || outcome == FailureKind.TIMEOUT.code()
                || outcome == FailureKind.UNCONNECTED.code()) {
            latency.recordValue(clamp(latencyNanos));
        }
    }

    void add(Tally other) {
        sent += other.sent;
        okArrived += other.okArrived;
        answersArrived += other.answersArrived;
        outcomes.addAll(other.outcomes);
        latency.add(other.latency);
    }

    long sent() {
        return sent;
    }

    /** Successful answers that came within the span, whenever their requests were due. */
    long okArrived() {
        return okArrived;
    }

    /** The same of answers with whatever HTTP status. */
    long answersArrived() {
        return answersArrived;
    }

    OutcomeCounts outcomes() {
        return outcomes;
    }

    LatencyDistribution latency() {
        return LatencyDistribution.of(latency);
    }

    /**
     * The sums.
     *
     * @param name of the group
     * @param seconds length of its span, above 0
     */
    Totals totals(String name, double seconds) {
        return new Totals(name, sent, outcomes.ok(), outcomes.errors(), seconds, okArrived / seconds, latency());
    }
}
