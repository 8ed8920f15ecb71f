package dev.sluice.gateway.resilience;

import java.util.Locale;

/**
 * What a circuit breaker lets through.
 *
 * <p>Threading: immutable.
 */
public enum BreakerState {
    /** Everything. */
    CLOSED,
    /** Nothing, until the pause is over and somebody asks. */
    OPEN,
    /** As many requests as may try the version; their outcomes decide. */
    HALF_OPEN;

    /** As metrics and JSON spell it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
