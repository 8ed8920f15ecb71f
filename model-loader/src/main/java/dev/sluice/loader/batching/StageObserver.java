package dev.sluice.loader.batching;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import org.jspecify.annotations.Nullable;

/**
 * Told of every accepted request of one version when it ends, for distributions that counters cannot give.
 *
 * <p>Threading: called on the request's loop, before its callback; must not block.
 */
@FunctionalInterface
public interface StageObserver {
    /**
     * A request has ended.
     *
     * @param totalNanos from submit to now
     * @param queueNanos waiting before its run; 0 when the request failed
     * @param timing where the time went; {@link InferTiming#NONE} when the request failed
     * @param failure why it failed; null on success
     */
    void ended(long totalNanos, long queueNanos, InferTiming timing, @Nullable ErrorCode failure);

    /** Listens to nothing. */
    static StageObserver none() {
        return (totalNanos, queueNanos, timing, failure) -> {};
    }
}
