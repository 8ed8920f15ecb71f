package dev.sluice.loadtest.proof.kill;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;

/**
 * What {@code prove kill-publish} does.
 *
 * <p>Threading: immutable.
 *
 * @param model file of the tree classifier that versions are made of
 * @param kills how many, 1 or greater
 * @param ballastBytes of a second file in each version, which makes a publish longer; 0 or greater
 * @param seed of victims and moments
 * @param out existing folder for the evidence
 */
record KillPublishPlan(ServerStart server, Path model, int kills, int ballastBytes, long seed, Path out) {
    KillPublishPlan {
        if (kills < 1) {
            throw new IllegalArgumentException("kills must be 1 or greater, got " + kills);
        }
        if (ballastBytes < 0) {
            throw new IllegalArgumentException("ballast must be 0 or greater, got " + ballastBytes);
        }
    }
}
