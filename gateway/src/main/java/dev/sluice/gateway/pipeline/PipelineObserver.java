package dev.sluice.gateway.pipeline;

import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import org.jspecify.annotations.Nullable;

/**
 * Is told how each request that reached a version ended.
 *
 * <p>Threading: called on event loops; must not block.
 */
public interface PipelineObserver {
    /**
     * A request has ended.
     *
     * @param key the version
     * @param nanos from the arrival of the request's head to its outcome
     * @param failure null for success
     */
    void ended(ModelKey key, long nanos, @Nullable InferenceException failure);
}
