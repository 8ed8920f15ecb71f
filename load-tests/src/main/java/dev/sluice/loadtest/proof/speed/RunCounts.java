package dev.sluice.loadtest.proof.speed;

/**
 * How much a model has computed.
 *
 * <p>Threading: immutable.
 *
 * @param rows of all runs
 * @param runs of the model
 */
record RunCounts(long rows, long runs) {
    /** Rows per run since {@code earlier}; NaN when there was no run. */
    double meanRowsSince(RunCounts earlier) {
        return (double) (rows - earlier.rows) / (runs - earlier.runs);
    }
}
