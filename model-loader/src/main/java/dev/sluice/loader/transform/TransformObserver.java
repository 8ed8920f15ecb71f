package dev.sluice.loader.transform;

import dev.sluice.model.ModelKey;

/**
 * Told how long the transforms of a request took, once its answer is ready.
 *
 * <p>Threading: called on the request's loop, before its callback; must not block.
 */
@FunctionalInterface
public interface TransformObserver {
    /**
     * A request was answered.
     *
     * @param waitNanos waiting for transform threads, before the run and after it
     * @param workNanos transforming its inputs and outputs
     */
    void transformed(ModelKey key, long waitNanos, long workNanos);

    /** Listens to nothing. */
    static TransformObserver none() {
        return (key, waitNanos, workNanos) -> {};
    }
}
