package dev.sluice.loadtest.proof.manymodels;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code prove many-models} does.
 *
 * <p>Threading: immutable.
 *
 * @param kinds files of tree classifiers that models are made of
 * @param models registered, more than {@code room}
 * @param room how many of them have memory at once
 * @param duration of the traffic; 5 s or longer
 * @param connections of the closed loop, fewer than {@code room}
 * @param exponent of Zipf's distribution
 * @param seed of the traffic
 * @param out existing folder for the evidence
 */
record ManyModelsPlan(
        ServerStart server,
        List<Path> kinds,
        int models,
        int room,
        Duration duration,
        int connections,
        double exponent,
        long seed,
        Path out) {
    ManyModelsPlan {
        kinds = List.copyOf(kinds);
        if (room < 2 || models <= room) {
            throw new IllegalArgumentException(
                    "there must be room for 2 models or more, and for fewer than there are, got " + room + " of "
                            + models);
        }
        if (connections < 1 || connections >= room) {
            throw new IllegalArgumentException("connections must be between 1 and " + (room - 1)
                    + ", so that what is asked at once fits, got " + connections);
        }
        if (duration.compareTo(Duration.ofSeconds(5)) < 0) {
            throw new IllegalArgumentException("duration must be 5 s or longer, got " + duration);
        }
    }
}
