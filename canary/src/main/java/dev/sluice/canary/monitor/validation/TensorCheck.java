package dev.sluice.canary.monitor.validation;

import dev.sluice.model.Tensor;

/**
 * Looks at all values of one input.
 *
 * <p>Threading: immutable; what changes is in the {@link Scratch}.
 */
sealed interface TensorCheck permits FloatingCheck, IntegerCheck, TextCheck {
    TensorLayout layout();

    /**
     * Looks at a tensor that {@link TensorLayout#fits}.
     *
     * @param scratch receives what is found; its thread's own
     */
    void check(Tensor tensor, Scratch scratch);
}
