package dev.sluice.loader.batching;

import dev.sluice.model.InferenceException;
import org.jspecify.annotations.Nullable;

/**
 * What became of handing a request in: rejected, or accepted and then cancellable.
 *
 * <p>Rejected: nothing was taken, the caller still owns the inputs (and the handle), the callback is never called.
 * Accepted: the inputs belong to the callee, the callback is called exactly once.
 *
 * <p>Threading: confined to the request's loop.
 */
public interface Submission {
    /** Why the request was not taken; null when it was accepted. */
    @Nullable InferenceException rejection();

    /**
     * The client has gone. Calls the callback with CANCELLED before it returns, unless the request has ended already or was
     * rejected: then it does nothing. A waiting request leaves the queue at once; the result of a running one is dropped.
     */
    void cancel();

    /** A request that was not taken. */
    static Submission rejected(InferenceException reason) {
        return new Rejected(reason);
    }

    /** A request that was not taken, and why. */
    record Rejected(InferenceException rejection) implements Submission {
        @Override
        public void cancel() {
            // There is nothing to call off.
        }
    }
}
