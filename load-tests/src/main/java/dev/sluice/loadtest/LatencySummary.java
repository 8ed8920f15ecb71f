package dev.sluice.loadtest;

import org.HdrHistogram.Histogram;

/**
 * Percentiles of one span of time, in nanoseconds with three significant digits; all 0 when nothing was recorded.
 *
 * <p>Threading: immutable.
 *
 * @param count values behind the percentiles
 */
public record LatencySummary(
        long count, double meanNanos, long p50Nanos, long p90Nanos, long p99Nanos, long p999Nanos, long maxNanos) {

    static LatencySummary of(Histogram histogram) {
        return new LatencySummary(
                histogram.getTotalCount(),
                histogram.getTotalCount() == 0 ? 0 : histogram.getMean(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}
