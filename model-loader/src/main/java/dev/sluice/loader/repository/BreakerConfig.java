package dev.sluice.loader.repository;

import java.time.Duration;

/**
 * When a version that fails again and again is taken out, and for how long.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether there is a breaker
 * @param window how many of its last requests count, in [1, {@value #WINDOW_MAX}]
 * @param minimumCalls fewer than this many decide nothing, in [1, window]
 * @param failurePercent so many of them must have failed, in [1, 100]
 * @param pause how long it is out before it is tried again, in [{@link #PAUSE_MIN}, {@link #PAUSE_MAX}]
 * @param trialCalls how many requests try it then, in [1, {@value #WINDOW_MAX}]
 */
public record BreakerConfig(
        boolean enabled, int window, int minimumCalls, int failurePercent, Duration pause, int trialCalls) {
    /** Most requests that may count. */
    public static final int WINDOW_MAX = 10_000;

    public static final Duration PAUSE_MIN = Duration.ofMillis(100);

    public static final Duration PAUSE_MAX = Duration.ofHours(24);

    public static final BreakerConfig DEFAULT = new BreakerConfig(true, 100, 20, 50, Duration.ofSeconds(30), 5);

    public BreakerConfig {
        if (window < 1 || window > WINDOW_MAX) {
            throw new IllegalArgumentException("window must be between 1 and " + WINDOW_MAX + ", got " + window);
        }
        if (minimumCalls < 1 || minimumCalls > window) {
            throw new IllegalArgumentException(
                    "minimum-calls must be between 1 and the window of " + window + ", got " + minimumCalls);
        }
        if (failurePercent < 1 || failurePercent > 100) {
            throw new IllegalArgumentException("failure-percent must be between 1 and 100, got " + failurePercent);
        }
        if (pause.compareTo(PAUSE_MIN) < 0 || pause.compareTo(PAUSE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "pause must be between " + PAUSE_MIN + " and " + PAUSE_MAX + ", got " + pause);
        }
        if (trialCalls < 1 || trialCalls > WINDOW_MAX) {
            throw new IllegalArgumentException(
                    "trial-calls must be between 1 and " + WINDOW_MAX + ", got " + trialCalls);
        }
    }
}
