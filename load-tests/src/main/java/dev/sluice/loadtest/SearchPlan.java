package dev.sluice.loadtest;

import java.time.Duration;

/**
 * Where and how exactly to look for the highest rate that meets the goals.
 *
 * <p>Threading: immutable.
 *
 * @param lowPerSecond the first rate that is tried; above 0
 * @param highPerSecond no rate above it is tried; at least {@code lowPerSecond}, at most 1,000,000
 * @param resolution the search ends when the lowest rate that misses is no more than that share above the highest that
 *     meets; in [0.005, 1]
 * @param stepDuration measured span of a step; longer than 0
 */
public record SearchPlan(double lowPerSecond, double highPerSecond, double resolution, Duration stepDuration) {
    public SearchPlan {
        if (!(lowPerSecond > 0 && highPerSecond >= lowPerSecond && highPerSecond <= 1_000_000)) {
            throw new IllegalArgumentException(
                    "the rates to search must be above 0, go up, and be at most 1000000, got " + lowPerSecond + ".."
                            + highPerSecond);
        }
        if (!(resolution >= 0.005 && resolution <= 1)) {
            throw new IllegalArgumentException(
                    "resolution must be between 0.5 and 100 percent, got " + resolution * 100);
        }
        if (stepDuration.isZero() || stepDuration.isNegative()) {
            throw new IllegalArgumentException("a step must be longer than 0, got " + stepDuration);
        }
    }
}
