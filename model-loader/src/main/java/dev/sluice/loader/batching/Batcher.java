package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the requests of one ready version and has them run, several at a time where the policy allows it.
 *
 * <p>What arrives in one tick of a loop is queued together, at the end of that tick; what waits while all threads are busy
 * runs together when one gets free. Nothing ever waits for a batch to fill.
 *
 * <p>Bound: {@link BatchPolicy#queueRowsMax} rows and {@link BatchPolicy#queueBytesMax} bytes wait at most; beyond that a
 * request is rejected and {@link BatchStats#rejectedCount} counts it.
 *
 * <p>Threading: {@link #submit} on the request's loop; everything else from any thread.
 */
public final class Batcher {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    /** So many batches in a row that failed, while each of their requests succeeded alone, switch batching off. */
    private static final int BATCH_FAILURES_MAX = 3;

    private final ModelKey key;
    private final String described;
    private final ServableModel model;
    private final BatchResources resources;
    private final StageObserver observer;
    private final List<String> allOutputs;
    private final RowMeasure measure;
    private final BatchRecorder recorder;
    private final VersionQueue queue;
    private final InferenceThreads.Source source = new InferenceThreads.Source() {
        @Override
        public void runOnce() {
            Batcher.this.runOnce();
        }

        @Override
        public void abandon() {
            failWaiting();
        }
    };
    private final InlineGuard guard;
    private final AtomicBoolean batching;
    private final AtomicInteger batchFailures = new AtomicInteger();
    private final AtomicInteger pendingRequests = new AtomicInteger();
    private final AtomicInteger waitingRows = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Object lanesLock = new Object();

    /** By index of the loop; replaced, never changed, under {@code lanesLock}. */
    private volatile @Nullable TickList[] lanes = new @Nullable TickList[0];

    private final Object policyLock = new Object();

    /** Replaced under {@code policyLock}; its bounds of the queue never change. */
    private volatile BatchPolicy policy;

    private volatile Runnable whenInlineStops = () -> {};

    private volatile boolean closed;

    /**
     * @param model stays the caller's, who closes it once {@link #close} says that nothing runs any more
     * @param observer told of every accepted request when it ends
     */
    public Batcher(
            ModelKey key, ServableModel model, BatchPolicy policy, BatchResources resources, StageObserver observer) {
        this.key = key;
        this.described = "model '" + key.name() + "' version " + key.version();
        this.model = model;
        this.policy = policy;
        this.resources = resources;
        this.observer = observer;
        // A list that copies as itself, so that what was predicted for it is found by identity.
        this.allOutputs = List.copyOf(
                model.signature().outputs().stream().map(TensorSpec::name).toList());
        this.measure =
                new RowMeasure(model.signature().inputs(), policy.lengths().padding());
        this.recorder = new BatchRecorder();
        this.queue = new VersionQueue(policy.maxRows(), policy.parallelRuns(), policy.lengths());
        this.guard = new InlineGuard(resources.cpuClock());
        this.batching = new AtomicBoolean(policy.enabled());
    }

    /**
     * Hands a request in. Call on {@code loop}.
     *
     * @param request inputs in the signature's order and checked against it; no outputs means all of them
     * @param callback called once if the request is accepted, never before this returns
     * @return accepted: the batcher owns the request's inputs; rejected (nothing was taken) with OVERLOADED when the queue is
     *     full, INVALID_INPUT or PAYLOAD_TOO_LARGE when it could never hold the request, DEADLINE_EXCEEDED when the deadline is
     *     over already, MODEL_NOT_READY after {@link #close}
     */
    public Submission submit(InferRequest request, RequestLoop loop, InferCallback callback) {
        assert loop.inLoop() : "submit must be called on the request's loop";
        long now = resources.nanoClock().nanoTime();
        TensorSet inputs = request.inputs();
        long countedRows = batching.get() ? RowShapes.rows(inputs.tensors()) : -1;
        long rows = Math.max(1, countedRows);
        long bytes = inputs.byteSize();
        InferenceException rejection = refuse(request, rows, bytes, now);
        if (rejection == null) {
            rejection = reserve((int) rows, bytes);
        }
        if (rejection != null) {
            recorder.rejected();
            return Submission.rejected(rejection);
        }
        List<String> outputs = outputNames(request.outputs());
        TickList lane = lane(loop);
        RowShapes shapes = countedRows > 0
                ? lane.shapes(inputs.tensors(), outputs, measure)
                : measure.alone(inputs.tensors(), outputs);
        PendingRequest pending = new PendingRequest(lane, request, (int) rows, shapes, callback, now);
        if (!lane.add(pending)) {
            unreserve((int) rows, bytes);
            recorder.rejected();
            return Submission.rejected(new InferenceException(
                    ErrorCode.MODEL_NOT_READY, "the server takes no more requests to " + described));
        }
        pendingRequests.incrementAndGet();
        return pending;
    }

    private @Nullable InferenceException refuse(InferRequest request, long rows, long bytes, long now) {
        if (closed) {
            return notReady();
        }
        if (request.hasDeadline() && request.deadlineNanos() - now <= 0) {
            return new InferenceException(
                    ErrorCode.DEADLINE_EXCEEDED,
                    "deadline exceeded: it was over before the request to " + described + " could be queued");
        }
        if (rows > policy.queueRowsMax()) {
            return InferenceException.invalidInput(
                    "a request to " + described + " may have at most " + policy.queueRowsMax() + " rows, got " + rows);
        }
        if (bytes > policy.queueBytesMax()) {
            return new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "the inputs of a request to " + described + " may have at most " + policy.queueBytesMax()
                            + " bytes, got " + bytes);
        }
        return null;
    }

    private InferenceException notReady() {
        return new InferenceException(ErrorCode.MODEL_NOT_READY, described + " is being unloaded");
    }

    private @Nullable InferenceException reserve(int rows, long bytes) {
        int rowsAfter = waitingRows.addAndGet(rows);
        long bytesAfter = waitingBytes.addAndGet(bytes);
        if (rowsAfter <= policy.queueRowsMax() && bytesAfter <= policy.queueBytesMax()) {
            return null;
        }
        unreserve(rows, bytes);
        String full = rowsAfter > policy.queueRowsMax()
                ? (rowsAfter - rows) + " rows wait, " + rows + " more exceed the limit of " + policy.queueRowsMax()
                        + " rows"
                : (bytesAfter - bytes) + " bytes wait, " + bytes + " more exceed the limit of " + policy.queueBytesMax()
                        + " bytes";
        return new InferenceException(ErrorCode.OVERLOADED, "the queue of " + described + " is full: " + full);
    }

    private void unreserve(List<RowUnit> units) {
        int rows = 0;
        long bytes = 0;
        for (int i = 0; i < units.size(); i++) {
            rows += units.get(i).rows();
            bytes += units.get(i).bytes();
        }
        if (rows != 0) {
            unreserve(rows, bytes);
        }
    }

    void unreserve(int rows, long bytes) {
        waitingRows.addAndGet(-rows);
        waitingBytes.addAndGet(-bytes);
    }

    private List<String> outputNames(List<RequestedOutput> requested) {
        if (requested.isEmpty()) {
            return allOutputs;
        }
        return requested.stream().map(RequestedOutput::name).toList();
    }

    private TickList lane(RequestLoop loop) {
        int index = loop.index();
        @Nullable TickList[] known = lanes;
        TickList lane = index < known.length ? known[index] : null;
        return lane != null ? lane : addLane(loop);
    }

    private TickList addLane(RequestLoop loop) {
        TickList lane = new TickList(this, loop, resources.nanoClock());
        synchronized (lanesLock) {
            @Nullable TickList[] larger = Arrays.copyOf(lanes, Math.max(lanes.length, loop.index() + 1));
            larger[loop.index()] = lane;
            lanes = larger;
        }
        return lane;
    }

    /**
     * Runs requests in another way from now on; what waits is run, and nothing is lost.
     *
     * @param maxRows most rows of one run, in [1, 4096]
     * @param parallelRuns most runs at once, 1 or greater
     */
    public void retune(int maxRows, int parallelRuns, InlineRuns inline) {
        retune(maxRows, parallelRuns, inline, policy.lengths().cellsMax());
    }

    /**
     * {@link #retune(int, int, InlineRuns)} with another bound on cells.
     *
     * @param cellsMax most cells of one run, 1 or greater; 0 = unbounded
     */
    public void retune(int maxRows, int parallelRuns, InlineRuns inline, long cellsMax) {
        synchronized (policyLock) {
            LengthPolicy lengths = policy.lengths().bounded(cellsMax);
            policy = policy.retuned(maxRows, parallelRuns, inline, lengths);
            queue.retune(maxRows, parallelRuns, lengths);
        }
        // More runs may be allowed now.
        offer(true);
    }

    /**
     * Has {@code listener} called when runs on event loops turn out to be too long for them; from then on inference threads run
     * everything, until {@link #retune} says otherwise.
     *
     * @param listener called on an event loop; must not block
     */
    public void whenInlineStops(Runnable listener) {
        whenInlineStops = listener;
    }

    /** Queues what one tick has collected, and runs it here if the policy says so. Called on the loop. */
    void enqueue(List<PendingRequest> arrived) {
        BatchPolicy now = policy;
        List<RowUnit> units = new ArrayList<>(arrived.size());
        for (PendingRequest request : arrived) {
            if (!request.hasEnded()) {
                try {
                    request.divide(now.lengths().rowsMax(request.rowCells(), now.maxRows()), units);
                } catch (RuntimeException | Error e) {
                    failAlone(request, e);
                }
            }
        }
        if (!queue.add(units)) {
            failLeft(units);
            return;
        }
        if (now.inline().allowed()) {
            runInline(now.inline());
        }
        offer(true);
    }

    /** Runs what waits, on the loop; leaves the rest to the inference threads when that takes long. */
    private void runInline(InlineRuns limits) {
        long begin = resources.nanoClock().nanoTime();
        long now = begin;
        while (now - begin <= limits.nanosMax()) {
            Batch batch = queue.takeInline(now, batching.get(), limits.rowBytesMax());
            if (batch == null) {
                return;
            }
            run(batch, guard);
            now = resources.nanoClock().nanoTime();
        }
    }

    /** The model has run on an event loop. */
    void ranInline(long guardBegin, long elapsedNanos) {
        if (guard.ended(guardBegin, elapsedNanos, policy.inline().nanosMax())) {
            stopInline();
        }
    }

    private void stopInline() {
        synchronized (policyLock) {
            if (!policy.inline().allowed()) {
                return;
            }
            policy = policy.retuned(policy.maxRows(), policy.parallelRuns(), InlineRuns.NEVER, policy.lengths());
        }
        whenInlineStops.run();
    }

    /** The others that arrived with it are none the worse. */
    void failAlone(PendingRequest request, Throwable cause) {
        try {
            request.settle(
                    null,
                    new InferenceException(ErrorCode.BUG, described + " failed unexpectedly", cause),
                    resources.nanoClock().nanoTime());
        } catch (RuntimeException | Error e) {
            LOG.error("model={} version={} a request's memory cannot be given back", key.name(), key.version(), e);
        }
    }

    private void offer(boolean wake) {
        if (queue.claimOffer()) {
            resources.threads().offer(source, wake);
        }
    }

    private void runOnce() {
        int sharers = Math.min(policy.parallelRuns(), resources.threads().count());
        Batch batch = queue.takeFromRing(resources.nanoClock().nanoTime(), batching.get(), sharers);
        offer(true);
        if (batch != null) {
            try {
                run(batch, null);
            } finally {
                // This thread looks at the ring next, so nobody needs to be woken for it.
                offer(false);
            }
        }
    }

    private void run(Batch batch, @Nullable InlineGuard inlineGuard) {
        unreserve(batch.units());
        unreserve(batch.expired());
        try {
            new BatchRun(this, resources, batch, inlineGuard).execute();
        } finally {
            if (!batch.units().isEmpty()) {
                queue.finished(batch);
            }
        }
    }

    /** Takes a unit that still waits out of the queue and gives up what it holds. */
    void remove(RowUnit unit) {
        if (queue.remove(unit)) {
            unreserve(unit.rows(), unit.bytes());
            unit.request().releaseInputs();
        }
    }

    /** When the first of these units left the queue to run, in nanoseconds; empty when none has. */
    OptionalLong startedNanos(List<RowUnit> units) {
        return queue.startedNanos(units);
    }

    /** A batch of several requests succeeded. */
    void batchSucceeded() {
        if (batchFailures.get() != 0) {
            batchFailures.set(0);
        }
    }

    /** A batch failed, but each of its requests succeeded alone. */
    void onlyBatchFailed() {
        if (batchFailures.incrementAndGet() >= BATCH_FAILURES_MAX) {
            switchOff(BATCH_FAILURES_MAX + " batches in a row failed although each request succeeded alone");
        }
    }

    void switchOff(String reason) {
        if (batching.compareAndSet(true, false)) {
            LOG.warn("model={} version={} batching is switched off: {}", key.name(), key.version(), reason);
        }
    }

    /**
     * A run of the model succeeded.
     *
     * @param cells of the run, padding included
     */
    void ran(int rows, long cells, long paddingCells, InferTiming timing) {
        recorder.ran(rows, cells, paddingCells, timing, resources.wallClock().millis());
    }

    /** An accepted request has ended. */
    void ended(long totalNanos, @Nullable InferResponse response, @Nullable InferenceException failure) {
        pendingRequests.decrementAndGet();
        if (response != null) {
            recorder.succeeded(totalNanos, response.queueNanos(), response.timing());
            observer.ended(totalNanos, response.queueNanos(), response.timing(), null);
        } else if (failure != null) {
            recorder.failed(totalNanos, failure.code());
            observer.ended(totalNanos, 0, InferTiming.NONE, failure.code());
        }
    }

    InferResponse response(TensorSet outputs, long queueNanos, InferTiming timing) {
        return new InferResponse(key, outputs, queueNanos, timing);
    }

    /** How rows of different lengths are made equal; null when only equal shapes share a run. */
    @Nullable PaddingRule padding() {
        return policy.lengths().padding();
    }

    ServableModel model() {
        return model;
    }

    BatchRecorder recorder() {
        return recorder;
    }

    /** For messages: {@code model 'fraud' version 3}. */
    String described() {
        return described;
    }

    /** What was done so far. */
    public BatchStats stats() {
        return recorder.snapshot(pendingRequests.get(), waitingRows.get(), waitingBytes.get(), batching.get());
    }

    /**
     * Accepts nothing more and fails what waits with MODEL_NOT_READY; runs under way end as usual. Does not wait.
     *
     * <p>Handles alone do not say when the model may be closed: a request that is cancelled or late has ended for its caller
     * while the run that it was part of still goes on.
     *
     * @param idle called once, when no run uses the model any more: on this thread or on the one that ends the last run; must
     *     not block
     */
    public void close(Runnable idle) {
        failWaiting();
        queue.whenIdle(idle);
    }

    /** Accepts nothing more and fails what waits with MODEL_NOT_READY, like {@link #close}, but leaves the model in use. */
    public void failWaiting() {
        closed = true;
        failLeft(queue.close());
    }

    private void failLeft(List<RowUnit> units) {
        Replies replies = new Replies(units.size());
        for (RowUnit unit : units) {
            unreserve(unit.rows(), unit.bytes());
            unit.request().releaseInputs();
            replies.fail(unit.request(), notReady());
        }
        replies.send();
    }
}
