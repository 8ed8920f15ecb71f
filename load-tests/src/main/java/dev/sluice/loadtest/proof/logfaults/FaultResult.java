package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.LatencySummary;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.util.List;

/**
 * What one fault has shown.
 *
 * <p>Threading: immutable.
 *
 * @param before latencies of the two spans before it
 * @param during latencies while it lasted
 * @param after latencies of the span after it, in which the log catches up
 * @param sent requests
 * @param failed those that failed
 * @param busy why the generator's times are not to be trusted; empty when they are
 * @param progress share of the requests that ended during the fault that were logged while it lasted
 * @param recoveredNanos from its end until records were logged again; -1 when they were not
 * @param counts once nothing was on its way any more
 * @param complaints what was wrong
 */
record FaultResult(
        FaultKind kind,
        List<LatencySummary> before,
        LatencySummary during,
        LatencySummary after,
        long sent,
        long failed,
        List<String> busy,
        double progress,
        long recoveredNanos,
        ChannelCounts counts,
        List<String> complaints) {
    FaultResult {
        before = List.copyOf(before);
        busy = List.copyOf(busy);
        complaints = List.copyOf(complaints);
    }

    /** How many times the median is what it was before. */
    double p50Ratio() {
        return 2.0
                * during.p50Nanos()
                / (before.get(0).p50Nanos() + before.get(1).p50Nanos());
    }

    /** How many times the 99th percentile is what it was before. */
    double p99Ratio() {
        return 2.0
                * during.p99Nanos()
                / (before.get(0).p99Nanos() + before.get(1).p99Nanos());
    }

    /** How many times the larger median before the fault is the smaller one. */
    double p50Noise() {
        return noise(before.get(0).p50Nanos(), before.get(1).p50Nanos());
    }

    /** The same of the 99th percentile. */
    double p99Noise() {
        return noise(before.get(0).p99Nanos(), before.get(1).p99Nanos());
    }

    private static double noise(long one, long other) {
        return (double) Math.max(one, other) / Math.min(one, other);
    }
}
