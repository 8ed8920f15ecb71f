package dev.sluice.loader.batching;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counters behind the {@link BatchStats} of one version.
 *
 * <p>Bound: one cell per run size that occurred, at most {@link BatchPolicy#ROWS_MAX}.
 *
 * <p>Threading: thread-safe; lock-free.
 */
final class BatchRecorder {
    private final LongAdder successCount = new LongAdder();
    private final LongAdder successNanos = new LongAdder();
    private final LongAdder rejectedCount = new LongAdder();
    private final LongAdder cancelledCount = new LongAdder();
    private final LongAdder deadlineCount = new LongAdder();
    private final LongAdder failedCount = new LongAdder();
    private final LongAdder failNanos = new LongAdder();
    private final LongAdder rowCount = new LongAdder();
    private final LongAdder cellCount = new LongAdder();
    private final LongAdder paddingCellCount = new LongAdder();
    private final LongAdder executionCount = new LongAdder();
    private final LongAdder repeatedCount = new LongAdder();
    private final LongAdder queueNanos = new LongAdder();
    private final LongAdder inputNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();
    private final AtomicReferenceArray<@Nullable SizeCell> sizes = new AtomicReferenceArray<>(BatchPolicy.ROWS_MAX + 1);
    private volatile long lastInferenceMillis;

    void rejected() {
        rejectedCount.increment();
    }

    void repeated() {
        repeatedCount.increment();
    }

    /** A run of the model succeeded. */
    void ran(int rows, long cells, long paddingCells, InferTiming timing, long wallMillis) {
        rowCount.add(rows);
        cellCount.add(cells);
        if (paddingCells > 0) {
            paddingCellCount.add(paddingCells);
        }
        executionCount.increment();
        SizeCell cell = sizes.get(rows);
        if (cell == null) {
            sizes.compareAndSet(rows, null, new SizeCell());
            cell = sizes.get(rows);
        }
        if (cell != null) {
            cell.count.increment();
            cell.inputNanos.add(timing.inputNanos());
            cell.inferNanos.add(timing.inferNanos());
            cell.outputNanos.add(timing.outputNanos());
        }
        lastInferenceMillis = wallMillis;
    }

    void succeeded(long totalNanos, long waitedNanos, InferTiming timing) {
        successCount.increment();
        successNanos.add(totalNanos);
        queueNanos.add(waitedNanos);
        inputNanos.add(timing.inputNanos());
        inferNanos.add(timing.inferNanos());
        outputNanos.add(timing.outputNanos());
    }

    void failed(long totalNanos, ErrorCode code) {
        if (code == ErrorCode.CANCELLED) {
            cancelledCount.increment();
        } else if (code == ErrorCode.DEADLINE_EXCEEDED) {
            deadlineCount.increment();
        } else {
            failedCount.increment();
        }
        failNanos.add(totalNanos);
    }

    BatchStats snapshot(int pendingRequests, int waitingRows, long waitingBytes, boolean batching) {
        List<BatchStats.BatchSize> occurred = new ArrayList<>();
        for (int rows = 0; rows < sizes.length(); rows++) {
            SizeCell cell = sizes.get(rows);
            if (cell != null) {
                occurred.add(new BatchStats.BatchSize(
                        rows, cell.count.sum(), cell.inputNanos.sum(), cell.inferNanos.sum(), cell.outputNanos.sum()));
            }
        }
        return new BatchStats(
                successCount.sum(),
                successNanos.sum(),
                rejectedCount.sum(),
                cancelledCount.sum(),
                deadlineCount.sum(),
                failedCount.sum(),
                failNanos.sum(),
                rowCount.sum(),
                cellCount.sum(),
                paddingCellCount.sum(),
                executionCount.sum(),
                repeatedCount.sum(),
                queueNanos.sum(),
                inputNanos.sum(),
                inferNanos.sum(),
                outputNanos.sum(),
                occurred,
                pendingRequests,
                waitingRows,
                waitingBytes,
                batching,
                lastInferenceMillis);
    }

    private static final class SizeCell {
        private final LongAdder count = new LongAdder();
        private final LongAdder inputNanos = new LongAdder();
        private final LongAdder inferNanos = new LongAdder();
        private final LongAdder outputNanos = new LongAdder();
    }
}
