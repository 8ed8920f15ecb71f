package dev.sluice.canary.inputlog;

import java.time.Duration;

/**
 * How a channel works.
 *
 * <p>Threading: immutable.
 *
 * @param queueBytesMax most bytes that records on their way keep alive, at least 1
 * @param whenFull what is done beyond that
 * @param flush longest time that a record waits in the sink for its flush
 * @param window length of the windows that are accounted for
 */
public record ChannelOptions(long queueBytesMax, WhenFull whenFull, Duration flush, Duration window) {
    public ChannelOptions {
        if (queueBytesMax < 1) {
            throw new IllegalArgumentException("queue bytes must be at least 1, got " + queueBytesMax);
        }
        if (flush.isNegative() || window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "flush must not be negative and window must be positive, got " + flush + " and " + window);
        }
    }
}
