package dev.sluice.loadtest.proof.killlog;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code prove kill-log} does.
 *
 * <p>Threading: immutable.
 *
 * @param model folder of the model that is asked
 * @param kills how many, 1 or greater
 * @param rate requests per second, above 0
 * @param lifeMax longest time from the beginning of the load to the kill; longer than {@link #LIFE_MIN}
 * @param seed of the moments
 * @param out existing folder for the evidence
 */
record KillLogPlan(ServerStart server, Path model, int kills, double rate, Duration lifeMax, long seed, Path out) {
    /** Before that there is hardly a record. */
    static final Duration LIFE_MIN = Duration.ofMillis(300);

    KillLogPlan {
        if (kills < 1) {
            throw new IllegalArgumentException("kills must be 1 or greater, got " + kills);
        }
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate must be above 0, got " + rate);
        }
        if (lifeMax.compareTo(LIFE_MIN) <= 0) {
            throw new IllegalArgumentException("life must be longer than 300ms, got " + lifeMax.toMillis() + "ms");
        }
    }
}
