package dev.sluice.gateway.config;

import java.time.Duration;

/**
 * How the process stops.
 *
 * <p>Threading: immutable.
 *
 * @param lag how long it goes on serving after it says that it is not ready
 * @param timeout how long running requests may take to end after that
 */
public record ShutdownConfig(Duration lag, Duration timeout) {
    public ShutdownConfig {
        if (lag.isNegative() || timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "shutdown lag and timeout must not be negative, got " + lag + " and " + timeout);
        }
    }
}
