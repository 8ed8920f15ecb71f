package dev.sluice.loadtest;

/**
 * Percentiles of one span of time, in nanoseconds with three significant digits; all 0 when nothing was recorded.
 *
 * <p>Threading: immutable.
 *
 * @param count values behind the percentiles
 */
public record LatencySummary(
        long count,
        double meanNanos,
        long p50Nanos,
        long p90Nanos,
        long p95Nanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos) {}
