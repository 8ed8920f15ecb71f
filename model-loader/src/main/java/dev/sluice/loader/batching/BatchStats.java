package dev.sluice.loader.batching;

import java.util.List;

/**
 * Counts and times of one version since it became ready, at one moment; each number is exact, but they are read one after
 * the other.
 *
 * <p>Threading: immutable.
 *
 * @param successCount requests answered
 * @param successNanos from submit to answer, summed over those
 * @param rejectedCount requests not taken: queue full, too large, deadline already over, version closed
 * @param cancelledCount accepted requests whose client went away
 * @param deadlineCount accepted requests whose deadline passed
 * @param failedCount accepted requests that failed for any other reason
 * @param failNanos from submit to failure, summed over the three counts above
 * @param rowCount rows that the model computed; a request that cannot be counted in rows is one
 * @param cellCount cells that the model computed: per run its rows times the longest of their lengths; a row whose shape is
 *     fixed is one
 * @param paddingCellCount those of them that were padding
 * @param executionCount runs of the model that succeeded
 * @param repeatedCount runs of several requests that failed and were repeated in parts
 * @param queueNanos waiting, summed over answered requests
 * @param inputNanos gathering, summed over answered requests
 * @param inferNanos computing, summed over answered requests
 * @param outputNanos scattering, summed over answered requests
 * @param sizes per number of rows in a run, ascending; only sizes that occurred
 * @param pendingRequests accepted and not ended yet
 * @param waitingRows rows in the queue and in tick lists
 * @param waitingBytes bytes of inputs in the queue and in tick lists
 * @param batching false when every request runs alone, by policy or because the model turned out not to be batchable
 * @param lastInferenceMillis wall clock of the last successful run in milliseconds since 1970; 0 = none yet
 */
public record BatchStats(
        long successCount,
        long successNanos,
        long rejectedCount,
        long cancelledCount,
        long deadlineCount,
        long failedCount,
        long failNanos,
        long rowCount,
        long cellCount,
        long paddingCellCount,
        long executionCount,
        long repeatedCount,
        long queueNanos,
        long inputNanos,
        long inferNanos,
        long outputNanos,
        List<BatchSize> sizes,
        int pendingRequests,
        int waitingRows,
        long waitingBytes,
        boolean batching,
        long lastInferenceMillis) {
    public BatchStats {
        sizes = List.copyOf(sizes);
    }

    /**
     * Runs of one size.
     *
     * @param rows rows of the run, 1 or greater
     * @param count how many runs
     * @param inputNanos gathering, summed over those runs
     * @param inferNanos computing, summed over those runs
     * @param outputNanos scattering, summed over those runs
     */
    public record BatchSize(int rows, long count, long inputNanos, long inferNanos, long outputNanos) {}
}
