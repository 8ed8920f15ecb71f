package dev.sluice.loader.repository;

import dev.sluice.model.VersionSelector;
import java.util.Optional;

/**
 * When versions of one model are in memory, and which answers for one that fails.
 *
 * <p>Threading: immutable.
 *
 * @param onDemand whether a version is loaded when it is first asked for and may be evicted again, instead of at once
 * @param keepPrevious how many versions stay loaded behind the newest, for a rollback at once, in [0, {@value
 *     #KEEP_PREVIOUS_MAX}]; they go first where memory is short
 * @param fallback the version that answers while the circuit breaker of another is open; empty = none
 */
public record ServingConfig(boolean onDemand, int keepPrevious, Optional<VersionSelector> fallback) {
    /** Most versions that may stay loaded behind the newest. */
    public static final int KEEP_PREVIOUS_MAX = 16;

    public static final ServingConfig DEFAULT = new ServingConfig(false, 1, Optional.empty());

    public ServingConfig {
        if (keepPrevious < 0 || keepPrevious > KEEP_PREVIOUS_MAX) {
            throw new IllegalArgumentException(
                    "keep-previous must be between 0 and " + KEEP_PREVIOUS_MAX + ", got " + keepPrevious);
        }
    }
}
