package dev.sluice.model;

/**
 * Where the time of one request went, in nanoseconds.
 *
 * <p>Threading: immutable.
 *
 * @param queueNanos waiting from submit until its batch began
 * @param inputNanos gathering the inputs of the batch
 * @param inferNanos inside the runtime
 * @param outputNanos scattering the outputs
 * @param batchRows rows of the batch that it was part of
 */
public record InferTiming(long queueNanos, long inputNanos, long inferNanos, long outputNanos, int batchRows) {
    /** Nothing was measured. */
    public static final InferTiming NONE = new InferTiming(0, 0, 0, 0, 0);
}
