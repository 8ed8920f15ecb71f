package dev.sluice.canary.monitor.profile;

import java.time.Duration;
import java.util.Optional;

/**
 * How old a model may become, and what happens then.
 *
 * <p>Threading: immutable.
 *
 * @param maxAge most time since the newest training data, positive
 * @param retrainEvery most time between trainings, positive
 * @param stalePolicy what happens to a model that is older
 */
public record Freshness(Optional<Duration> maxAge, Optional<Duration> retrainEvery, Optional<StalePolicy> stalePolicy) {
    /** Nothing is said. */
    public static final Freshness UNKNOWN = new Freshness(Optional.empty(), Optional.empty(), Optional.empty());

    /** What happens to a model that has become too old; in the file in lower case with hyphens. */
    public enum StalePolicy {
        WARN,
        REFUSE,
        SHADOW_ONLY
    }

    public Freshness {
        requirePositive("max_age", maxAge);
        requirePositive("retrain_every", retrainEvery);
    }

    private static void requirePositive(String name, Optional<Duration> duration) {
        if (duration.isPresent()
                && (duration.get().isNegative() || duration.get().isZero())) {
            throw new IllegalArgumentException(name + " must be positive, got " + duration.get());
        }
    }
}
