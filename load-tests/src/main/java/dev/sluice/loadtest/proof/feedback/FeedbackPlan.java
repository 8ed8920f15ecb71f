package dev.sluice.loadtest.proof.feedback;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;

/**
 * What {@code prove feedback} does.
 *
 * <p>Threading: immutable.
 *
 * @param model file of a classifier
 * @param predictions rows that are predicted, {@value #PREDICTIONS_MIN} or more
 * @param connections that send at once, 1 or greater
 * @param growthBytesMax most that the server's resident memory may grow from its first answer on
 * @param seed of rows, orders and fates
 * @param out existing folder for the evidence
 */
record FeedbackPlan(
        ServerStart server, Path model, int predictions, int connections, long growthBytesMax, long seed, Path out) {
    static final int PREDICTIONS_MIN = 1_000;

    /** Labels in one request. */
    static final int BATCH = 1_000;

    FeedbackPlan {
        if (predictions < PREDICTIONS_MIN) {
            throw new IllegalArgumentException(
                    "predictions must be " + PREDICTIONS_MIN + " or greater, got " + predictions);
        }
        if (connections < 1) {
            throw new IllegalArgumentException("connections must be 1 or greater, got " + connections);
        }
    }
}
