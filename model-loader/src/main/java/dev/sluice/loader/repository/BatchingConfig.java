package dev.sluice.loader.repository;

/**
 * What an operator says about batching; what is left open is proved at load.
 *
 * <p>Threading: immutable.
 *
 * @param mode whether requests are batched
 * @param maxRows most rows of one run, in [1, {@value #ROWS_MAX}]; 0 = chosen
 * @param queueRowsMax most rows that may wait, 1 or greater
 * @param queueBytesMax most bytes of inputs that may wait, 1 or greater
 * @param execution where batches run
 * @param parallelRuns most runs at once, in [1, {@value #PARALLEL_RUNS_MAX}]; 0 = chosen
 * @param lengths what is said about rows whose length varies
 */
public record BatchingConfig(
        Mode mode,
        int maxRows,
        int queueRowsMax,
        long queueBytesMax,
        Execution execution,
        int parallelRuns,
        LengthConfig lengths) {
    /** Most rows that one run may be allowed. */
    public static final int ROWS_MAX = 1024;

    /** Most runs at once that may be allowed. */
    public static final int PARALLEL_RUNS_MAX = 1024;

    public enum Mode {
        /** Batch where comparing batched with single rows at load proves that answers do not change. */
        AUTO,
        /** The operator declares that rows are independent. */
        ON,
        /** Every request runs alone. */
        OFF
    }

    public enum Execution {
        /** Chosen by what a run costs. */
        AUTO,
        /** On the event loop, at the end of its tick. */
        INLINE,
        /** On inference threads. */
        QUEUED
    }

    public static final BatchingConfig DEFAULT = new BatchingConfig(Mode.AUTO, 0, 8192, 256L << 20);

    public BatchingConfig {
        if (maxRows < 0 || maxRows > ROWS_MAX) {
            throw new IllegalArgumentException("max-batch-size must be between 1 and " + ROWS_MAX + ", got " + maxRows);
        }
        if (queueRowsMax < 1) {
            throw new IllegalArgumentException("queue-rows must be 1 or greater, got " + queueRowsMax);
        }
        if (queueBytesMax < 1) {
            throw new IllegalArgumentException("queue-bytes must be 1 or greater, got " + queueBytesMax);
        }
        if (parallelRuns < 0 || parallelRuns > PARALLEL_RUNS_MAX) {
            throw new IllegalArgumentException(
                    "parallel-runs must be between 1 and " + PARALLEL_RUNS_MAX + ", got " + parallelRuns);
        }
    }

    /** Everything else is chosen. */
    public BatchingConfig(Mode mode, int maxRows, int queueRowsMax, long queueBytesMax) {
        this(mode, maxRows, queueRowsMax, queueBytesMax, Execution.AUTO, 0);
    }

    /** How lengths may differ is chosen. */
    public BatchingConfig(
            Mode mode, int maxRows, int queueRowsMax, long queueBytesMax, Execution execution, int parallelRuns) {
        this(mode, maxRows, queueRowsMax, queueBytesMax, execution, parallelRuns, LengthConfig.DEFAULT);
    }
}
