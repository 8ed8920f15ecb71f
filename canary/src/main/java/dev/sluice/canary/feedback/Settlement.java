package dev.sluice.canary.feedback;

import java.time.Instant;

/**
 * Up to which moment all predictions have arrived in the store.
 *
 * <p>A label may come before its prediction, which waits in a queue and then for its flush. The store asks here, and the sink
 * answers by ending the window of its channel: the end of a window comes after everything that was received before it.
 *
 * <p>Threading: thread-safe; the store asks, the sink's channel settles.
 */
final class Settlement {
    private volatile Instant asked = Instant.MIN;
    private volatile Instant settled = Instant.MIN;
    private volatile boolean watched;

    // Of the channel's thread alone.
    private Instant begun = Instant.MIN;
    private boolean quiet;

    /** Everything that was received before {@code now} should be flushed soon. */
    synchronized void ask(Instant now) {
        if (now.isAfter(asked)) {
            asked = now;
        }
    }

    /** Whether everything that was received before that moment is in the store. */
    boolean isSettled(Instant moment) {
        return !settled.isBefore(moment);
    }

    /** Whether a channel has ever looked: before its first prediction, it does not. */
    boolean isWatched() {
        return watched;
    }

    /**
     * The channel looks whether its window should end.
     *
     * @param now by the channel's clock
     */
    boolean looked(Instant now) {
        watched = true;
        Instant wanted = asked;
        if (isSettled(wanted)) {
            return false;
        }
        // Nothing was added since the last look, so that nothing waited then and the window, being empty, did not end.
        if (quiet && !begun.isBefore(wanted)) {
            settled = begun;
            return false;
        }
        quiet = true;
        if (begun.isBefore(wanted)) {
            begun = now;
            return true;
        }
        return false;
    }

    /** A prediction came through the channel. */
    void added() {
        quiet = false;
    }

    /** A window that ended at that moment was flushed. */
    void windowEnded(Instant end) {
        quiet = false;
        if (end.isAfter(settled)) {
            settled = end;
        }
    }
}
