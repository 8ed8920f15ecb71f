package dev.sluice.canary.feedback;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Bounds of the histogram of times from a prediction to its label.
 *
 * <p>Threading: immutable.
 */
public final class LagBuckets {
    /** Upper bounds in seconds, ascending, each included; a last bucket without a bound comes after them. */
    public static final List<Long> BOUNDS_SECONDS = Stream.of(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(10),
                    Duration.ofHours(1),
                    Duration.ofHours(6),
                    Duration.ofDays(1),
                    Duration.ofDays(2),
                    Duration.ofDays(4),
                    Duration.ofDays(7),
                    Duration.ofDays(14),
                    Duration.ofDays(28),
                    Duration.ofDays(90))
            .map(Duration::toSeconds)
            .toList();

    private LagBuckets() {}

    /** The bucket of a lag, in [0, bounds]. */
    static int of(long lagMillis) {
        int bucket = 0;
        while (bucket < BOUNDS_SECONDS.size() && lagMillis > BOUNDS_SECONDS.get(bucket) * 1000) {
            bucket++;
        }
        return bucket;
    }
}
