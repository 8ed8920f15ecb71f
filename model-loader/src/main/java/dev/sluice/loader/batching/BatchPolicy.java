package dev.sluice.loader.batching;

/**
 * How the requests of one version are put into runs.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether rows of several requests may share a run, and a large request may be split; false runs each
 *     request as it was sent
 * @param maxRows most rows of one run, in [1, 4096]; a larger request is split
 * @param queueRowsMax most rows that may wait, 1 or greater
 * @param queueBytesMax most bytes of inputs that may wait, 1 or greater
 * @param parallelRuns most runs of this version at once, 1 or greater
 * @param inline whether the event loop itself runs what arrived in its tick
 * @param lengths what holds where the length of rows varies
 */
public record BatchPolicy(
        boolean enabled,
        int maxRows,
        int queueRowsMax,
        long queueBytesMax,
        int parallelRuns,
        InlineRuns inline,
        LengthPolicy lengths) {
    /** Most rows that a run may be allowed. */
    static final int ROWS_MAX = 4096;

    public BatchPolicy {
        if (maxRows < 1 || maxRows > ROWS_MAX) {
            throw new IllegalArgumentException("max batch size must be between 1 and " + ROWS_MAX + ", got " + maxRows);
        }
        if (queueRowsMax < 1) {
            throw new IllegalArgumentException("queue rows must be 1 or greater, got " + queueRowsMax);
        }
        if (queueBytesMax < 1) {
            throw new IllegalArgumentException("queue bytes must be 1 or greater, got " + queueBytesMax);
        }
        if (parallelRuns < 1) {
            throw new IllegalArgumentException("parallel runs must be 1 or greater, got " + parallelRuns);
        }
    }

    /** A policy that queues everything for the inference threads. */
    public BatchPolicy(boolean enabled, int maxRows, int queueRowsMax, long queueBytesMax, int parallelRuns) {
        this(enabled, maxRows, queueRowsMax, queueBytesMax, parallelRuns, InlineRuns.NEVER);
    }

    /** The same queue, run in another way. */
    BatchPolicy retuned(int otherMaxRows, int otherParallelRuns, InlineRuns otherInline, LengthPolicy otherLengths) {
        return new BatchPolicy(
                enabled, otherMaxRows, queueRowsMax, queueBytesMax, otherParallelRuns, otherInline, otherLengths);
    }

    /** A policy where only equal shapes share a run. */
    public BatchPolicy(
            boolean enabled, int maxRows, int queueRowsMax, long queueBytesMax, int parallelRuns, InlineRuns inline) {
        this(enabled, maxRows, queueRowsMax, queueBytesMax, parallelRuns, inline, LengthPolicy.EQUAL_SHAPES);
    }
}
