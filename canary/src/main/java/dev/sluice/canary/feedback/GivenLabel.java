package dev.sluice.canary.feedback;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A label as somebody sent it.
 *
 * <p>Threading: immutable.
 *
 * @param index of the item in its request, from 0
 * @param predictionId as the server gave it
 * @param row of the prediction's request, from 0
 * @param label what was true
 * @param at since when that is known; null = since it came
 */
public record GivenLabel(
        int index,
        String predictionId,
        int row,
        LabelValue label,
        @Nullable Instant at) {
    public GivenLabel {
        if (row < 0) {
            throw new IllegalArgumentException("row must be 0 or greater, got " + row);
        }
    }
}
