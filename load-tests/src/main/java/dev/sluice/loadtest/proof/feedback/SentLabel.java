package dev.sluice.loadtest.proof.feedback;

import java.util.Locale;

/**
 * A label to be sent.
 *
 * <p>Threading: immutable.
 *
 * @param predictionId whose it is; nobody's for an orphan
 * @param row of that prediction
 * @param value the label
 */
record SentLabel(String predictionId, int row, int value) {
    String json() {
        return String.format(
                Locale.ROOT, "{\"prediction_id\":\"%s\",\"row\":%d,\"label\":%d}", predictionId, row, value);
    }
}
