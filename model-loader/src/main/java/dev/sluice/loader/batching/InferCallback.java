package dev.sluice.loader.batching;

import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for one accepted request.
 *
 * <p>Threading: called exactly once, on the request's own loop.
 */
@FunctionalInterface
public interface InferCallback {
    /**
     * The request has ended; exactly one of the two arguments is non-null.
     *
     * @param response the answer; the callee owns its reference to the outputs and releases it
     * @param failure why there is no answer
     */
    void completed(@Nullable InferResponse response, @Nullable InferenceException failure);
}
