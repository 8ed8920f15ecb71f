package dev.sluice.model;

/**
 * What a version answered.
 *
 * <p>Ownership: carries one reference of {@code outputs}; the receiver calls {@link #release} once.
 *
 * <p>Threading: immutable.
 *
 * @param key the version that ran
 * @param outputs requested outputs in the order asked for, or all in the signature's order
 * @param queueNanos waiting from submit until its run began
 * @param timing where the time of the run went
 */
public record InferResponse(ModelKey key, TensorSet outputs, long queueNanos, InferTiming timing) {
    /** Gives up the reference to the outputs' memory. */
    public void release() {
        outputs.release();
    }
}
