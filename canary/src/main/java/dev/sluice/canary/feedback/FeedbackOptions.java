package dev.sluice.canary.feedback;

import java.time.Duration;

/**
 * How long predictions wait for their labels.
 *
 * <p>Threading: immutable.
 *
 * @param keep how long a prediction waits, positive
 * @param lateAfter a label that comes later is counted as late, positive
 * @param predictionsMax most rows of predictions that wait, at least 1
 */
public record FeedbackOptions(Duration keep, Duration lateAfter, long predictionsMax) {
    public FeedbackOptions {
        if (keep.isNegative() || keep.isZero() || lateAfter.isNegative() || lateAfter.isZero()) {
            throw new IllegalArgumentException(
                    "keep and late-after must be positive, got " + keep + " and " + lateAfter);
        }
        if (predictionsMax < 1) {
            throw new IllegalArgumentException("predictions must be at least 1, got " + predictionsMax);
        }
    }
}
