package dev.sluice.loader.batching;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted request until its callback was called.
 *
 * <p>It ends once, on its loop: whatever comes first (answer, failure, deadline, cancel) wins there, and what comes later
 * finds it ended and only gives memory back. A unit either leaves the queue to run or is removed from it, decided by the
 * queue's lock; whoever has it gives up its reference to the inputs.
 *
 * <p>Threading: confined to its loop, except {@link #hasEnded} and the accessors of what never changes.
 */
final class PendingRequest implements Submission {
    private static final Logger LOG = LoggerFactory.getLogger(PendingRequest.class);

    private final TickList lane;
    private final InferRequest request;
    private final int rows;
    private final RowShapes shapes;
    private final long bytes;
    private final InferCallback callback;
    private final long submittedNanos;

    /** Null until the end of the tick, and when the request runs in parts. */
    private @Nullable RowUnit whole;

    /** Set before the units are queued, hence visible to whoever takes one. */
    private @Nullable SplitAssembly assembly;

    private volatile boolean ended;

    /** Place in the {@link DeadlineTimer}; -1 when it is not there. */
    int heapIndex = -1;

    /**
     * @param rows 1 or greater; 1 when it runs alone and as it is
     * @param shapes what others must have in common with it
     */
    PendingRequest(
            TickList lane,
            InferRequest request,
            int rows,
            RowShapes shapes,
            InferCallback callback,
            long submittedNanos) {
        this.lane = lane;
        this.request = request;
        this.rows = rows;
        this.shapes = shapes;
        this.bytes = request.inputs().byteSize();
        this.callback = callback;
        this.submittedNanos = submittedNanos;
    }

    @Override
    public @Nullable InferenceException rejection() {
        return null;
    }

    @Override
    public void cancel() {
        if (!ended) {
            dropWork();
            end(null, new InferenceException(ErrorCode.CANCELLED, "the request was cancelled"), lane.nanoTime());
        }
    }

    /** Ends the request because its deadline is over. */
    void expire(long nowNanos) {
        if (!ended) {
            dropWork();
            OptionalLong started = lane.batcher().startedNanos(units());
            end(
                    null,
                    started.isEmpty()
                            ? deadlineWhileQueued(nowNanos)
                            : deadlineWhileRunning(started.getAsLong(), nowNanos),
                    nowNanos);
        }
    }

    InferenceException deadlineWhileQueued(long nowNanos) {
        return deadline("waited " + millis(nowNanos - submittedNanos) + " ms in the queue and did not run");
    }

    private InferenceException deadlineWhileRunning(long startedNanos, long nowNanos) {
        return deadline("waited " + millis(startedNanos - submittedNanos) + " ms in the queue and ran for "
                + millis(nowNanos - startedNanos) + " ms without an answer");
    }

    private InferenceException deadline(String where) {
        return new InferenceException(
                ErrorCode.DEADLINE_EXCEEDED,
                "deadline exceeded: the request to " + lane.batcher().described() + " " + where);
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    /** Takes over what a run, or the end of the version, has to say; a request that has ended only releases the answer. */
    void settle(@Nullable InferResponse response, @Nullable InferenceException failure, long nowNanos) {
        if (ended) {
            if (response != null) {
                response.release();
            }
            return;
        }
        try {
            if (failure != null || assembly != null) {
                dropWork();
            }
        } finally {
            end(response, failure, nowNanos);
        }
    }

    /** Takes back everything that does not run yet. */
    private void dropWork() {
        Batcher batcher = lane.batcher();
        if (whole == null && assembly == null) {
            batcher.unreserve(rows, bytes);
            request.inputs().release();
            return;
        }
        units().forEach(batcher::remove);
        if (assembly != null) {
            assembly.abandon();
        }
    }

    private void end(@Nullable InferResponse response, @Nullable InferenceException failure, long nowNanos) {
        ended = true;
        lane.forget(this);
        try {
            lane.batcher().ended(nowNanos - submittedNanos, response, failure);
            callback.completed(response, failure);
        } catch (RuntimeException | Error e) {
            // The others of the batch must still hear of their ends.
            LOG.error(
                    "request_id={} {}: the callback threw",
                    request.predictionId(),
                    lane.batcher().described(),
                    e);
        }
    }

    /**
     * Turns the request into units to queue, each with its own reference to the inputs: one, or several of nearly equal size
     * when it has more rows than a run.
     *
     * @param units takes them
     */
    void divide(int maxRows, List<RowUnit> units) {
        int parts = (rows + maxRows - 1) / maxRows;
        if (parts == 1) {
            whole = new RowUnit(this, 0);
            units.add(whole);
            return;
        }
        SplitAssembly split = new SplitAssembly(parts);
        List<RowUnit> divided = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            if (part > 0) {
                request.inputs().block().retain();
            }
            divided.add(new RowUnit(this, part));
        }
        split.divided(divided);
        assembly = split;
        units.addAll(divided);
    }

    /** What {@link #divide} made of it; nothing before. */
    private List<RowUnit> units() {
        if (assembly != null) {
            return assembly.units();
        }
        return whole == null ? List.of() : List.of(whole);
    }

    boolean hasEnded() {
        return ended;
    }

    boolean hasDeadline() {
        return request.hasDeadline();
    }

    long deadlineNanos() {
        return request.deadlineNanos();
    }

    boolean isExpired(long nowNanos) {
        return request.hasDeadline() && request.deadlineNanos() - nowNanos <= 0;
    }

    long nanoTime() {
        return lane.nanoTime();
    }

    RequestLoop loop() {
        return lane.loop();
    }

    List<Tensor> inputs() {
        return request.inputs().tensors();
    }

    void releaseInputs() {
        request.inputs().release();
    }

    List<String> outputs() {
        return shapes.outputs();
    }

    int rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    RowShapes shapes() {
        return shapes;
    }

    /** Cells of one row, 1 or greater. */
    long rowCells() {
        return shapes.rowCells();
    }

    /** Length of its rows; {@link RowMeasure#NO_LENGTH} when only equal shapes may join them. */
    int length() {
        return shapes.length();
    }

    /** Where the outputs of its parts meet; null when it runs in one piece. */
    @Nullable SplitAssembly assembly() {
        return assembly;
    }

    long submittedNanos() {
        return submittedNanos;
    }
}
