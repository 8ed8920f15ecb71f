package dev.sluice.model;

/**
 * Where the time of one run went, in nanoseconds; all requests of the run share it.
 *
 * <p>Threading: immutable.
 *
 * @param inputNanos gathering the inputs of the batch
 * @param inferNanos inside the runtime
 * @param outputNanos scattering the outputs
 * @param batchRows rows of the run
 */
public record InferTiming(long inputNanos, long inferNanos, long outputNanos, int batchRows) {
    /** Nothing was measured. */
    public static final InferTiming NONE = new InferTiming(0, 0, 0, 0);
}
