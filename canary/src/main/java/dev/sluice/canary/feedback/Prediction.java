package dev.sluice.canary.feedback;

import dev.sluice.canary.routing.KeyHash;
import dev.sluice.model.ModelKey;

/**
 * A request that was answered, as it is remembered.
 *
 * <p>Threading: immutable.
 *
 * @param id made by the server
 * @param model the version that answered
 * @param arm as which it was chosen
 * @param atMillis when the request had arrived, milliseconds since 1970
 * @param probability of its being remembered, in (0, 1]
 * @param rows that it had, 1 or more
 * @param outputs what was predicted
 */
public record Prediction(
        String id, ModelKey model, String arm, long atMillis, double probability, int rows, PredictionOutputs outputs) {
    /** Longest id, in characters. */
    public static final int ID_CHARS_MAX = 200;

    public Prediction {
        if (id.isEmpty() || id.length() > ID_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a prediction id must have between 1 and " + ID_CHARS_MAX + " characters, got " + id.length());
        }
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be 1 or more, got " + rows);
        }
    }

    /** By what predictions are found, uniform over all 64 bits. */
    static long hash(String id) {
        return KeyHash.of("feedback", id);
    }
}
