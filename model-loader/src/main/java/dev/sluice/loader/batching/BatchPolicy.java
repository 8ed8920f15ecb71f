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
 * @param inline whether the event loop itself runs what arrived in its tick; only for models whose cost is known to be a
 *     fraction of a millisecond, because the loop does nothing else meanwhile
 * @param lengths what holds where the length of rows varies
 */
public record BatchPolicy(
        boolean enabled,
        int maxRows,
        int queueRowsMax,
        long queueBytesMax,
        int parallelRuns,
        boolean inline,
        LengthPolicy lengths) {
    public BatchPolicy {
        if (maxRows < 1 || maxRows > 4096) {
            throw new IllegalArgumentException("max batch size must be between 1 and 4096, got " + maxRows);
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
        this(enabled, maxRows, queueRowsMax, queueBytesMax, parallelRuns, false);
    }

    /** A policy where only equal shapes share a run. */
    public BatchPolicy(
            boolean enabled, int maxRows, int queueRowsMax, long queueBytesMax, int parallelRuns, boolean inline) {
        this(enabled, maxRows, queueRowsMax, queueBytesMax, parallelRuns, inline, LengthPolicy.EQUAL_SHAPES);
    }
}
