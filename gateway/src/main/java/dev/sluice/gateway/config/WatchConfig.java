package dev.sluice.gateway.config;

import dev.sluice.loader.repository.WatchMode;
import java.time.Duration;

/**
 * How changes of the model repository are noticed.
 *
 * <p>Threading: immutable.
 *
 * @param mode by the operating system's word, by looking regularly, or not at all
 * @param pollInterval how often it is looked at regularly
 * @param settle how long the files of a version without a manifest must stay as they are until it counts; zero = not at all
 */
public record WatchConfig(WatchMode mode, Duration pollInterval, Duration settle) {
    static final Duration POLL_INTERVAL_MIN = Duration.ofMillis(50);

    /** Takes the repository as it lies there at this moment. */
    public static final WatchConfig ONCE = new WatchConfig(WatchMode.OFF, Duration.ofSeconds(1), Duration.ZERO);

    public WatchConfig {
        if (pollInterval.compareTo(POLL_INTERVAL_MIN) < 0) {
            throw new IllegalArgumentException(
                    "watch.poll-interval must be " + POLL_INTERVAL_MIN + " or more, got " + pollInterval);
        }
        if (settle.isNegative()) {
            throw new IllegalArgumentException("watch.settle must not be negative, got " + settle);
        }
    }
}
