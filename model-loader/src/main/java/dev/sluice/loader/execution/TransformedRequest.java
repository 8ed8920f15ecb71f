package dev.sluice.loader.execution;

import dev.sluice.loader.batching.InferCallback;
import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.transform.TransformObserver;
import dev.sluice.loader.transform.TransformTask;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import dev.sluice.model.WordlessFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to a version with a transform, until its callback was called.
 *
 * <p>It goes from its loop to a transform thread, back, through the batcher, to a transform thread again where the outputs
 * change, and back. It ends once, on its loop; what comes back later only gives memory back. While the batcher has it, deadline
 * and cancellation are the batcher's; before and after, its own.
 *
 * <p>Threading: confined to its loop, except that the two works run on transform threads, which see what was written before they
 * were handed over.
 */
final class TransformedRequest implements Submission {
    private static final Logger LOG = LoggerFactory.getLogger(TransformedRequest.class);

    private final TransformThreads threads;
    private final TransformObserver observer;
    private final NanoClock clock;
    private final ReadyVersion version;
    private final VersionTransform transform;
    private final InferRequest request;
    private final List<String> outputs;
    private final RequestLoop loop;
    private final InferCallback callback;

    private RequestLoop.@Nullable Cancellable timer;

    /** Set while the batcher has the request. */
    private @Nullable Submission run;

    /** Written on the loop; a transform thread spares itself what it has not begun yet, row by row. */
    private volatile boolean ended;

    private long waitNanos;
    private long workNanos;

    /**
     * @param transform that of {@code version}
     * @param request checked against {@code version}'s signature
     */
    TransformedRequest(
            TransformThreads threads,
            TransformObserver observer,
            NanoClock clock,
            ReadyVersion version,
            VersionTransform transform,
            InferRequest request,
            RequestLoop loop,
            InferCallback callback) {
        this.threads = threads;
        this.observer = observer;
        this.clock = clock;
        this.version = version;
        this.transform = transform;
        this.request = request;
        this.loop = loop;
        this.callback = callback;
        this.outputs = request.outputs().isEmpty()
                ? version.signature().outputs().stream().map(TensorSpec::name).toList()
                : request.outputs().stream().map(RequestedOutput::name).toList();
    }

    /** Takes the request, or says why not: nothing was taken then. */
    Submission start() {
        long now = clock.nanoTime();
        if (request.hasDeadline() && request.deadlineNanos() - now <= 0) {
            return Submission.rejected(deadline("could not be transformed before it was over"));
        }
        long rows = request.inputs().tensors().get(0).shape().dimension(0);
        int rowsMax = version.config().batching().queueRowsMax();
        if (rows > rowsMax) {
            return Submission.rejected(InferenceException.invalidInput("a request to " + described()
                    + " may have at most " + rowsMax + " rows (batching.queue-rows), got " + rows));
        }
        try {
            threads.begin(new Work(
                    () -> transform.before(request.inputs().tensors(), this::requireWanted),
                    request.inputs(),
                    this::submit));
        } catch (InferenceException e) {
            return Submission.rejected(e);
        }
        if (request.hasDeadline()) {
            timer = loop.schedule(request.deadlineNanos() - now, this::expire);
        }
        return this;
    }

    @Override
    public @Nullable InferenceException rejection() {
        return null;
    }

    @Override
    public void cancel() {
        Submission running = run;
        if (running != null) {
            running.cancel();
        } else {
            end(null, new InferenceException(ErrorCode.CANCELLED, "the request was cancelled"));
        }
    }

    /** A failure as the server's own log may show it. */
    private Throwable loggable(Throwable failure) {
        return version.config().monitoring().log().redacts() ? WordlessFailure.of(failure) : failure;
    }

    private void expire() {
        timer = null;
        if (run == null) {
            end(null, deadline("was still with its transform"));
        }
    }

    /** Called on a transform thread between rows: nobody waits for the rest of a request that has ended or is late. */
    private void requireWanted() {
        if (ended) {
            throw new InferenceException(ErrorCode.CANCELLED, "the request ended while it was transformed");
        }
        if (request.hasDeadline() && request.deadlineNanos() - clock.nanoTime() <= 0) {
            throw deadline("was still with its transform");
        }
    }

    /** The model's inputs are there: they go to the batcher. */
    private void submit(TensorSet inputs) {
        List<RequestedOutput> wanted = new ArrayList<>();
        for (String name : transform.modelOutputs(outputs)) {
            wanted.add(new RequestedOutput(name, false, 0));
        }
        InferRequest inner = new InferRequest(
                request.predictionId(),
                request.clientId(),
                inputs,
                wanted,
                request.binaryByDefault(),
                request.parameters(),
                request.priority(),
                request.deadlineNanos());
        if (transform.changesOutputs()) {
            inputs.block().retain(); // for what comes after the run
        }
        Submission submitted =
                version.batcher().submit(inner, loop, (response, failure) -> answered(inputs, response, failure));
        InferenceException rejection = submitted.rejection();
        if (rejection == null) {
            run = submitted;
            return;
        }
        inputs.release();
        answered(inputs, null, rejection);
    }

    /** The model has answered, or will not. */
    private void answered(TensorSet inputs, @Nullable InferResponse response, @Nullable InferenceException failure) {
        run = null;
        if (!transform.changesOutputs()) {
            end(response, failure);
            return;
        }
        if (response == null) {
            inputs.release();
            end(null, failure);
            return;
        }
        TensorSet answers = response.outputs();
        threads.finish(
                new Work(
                        () -> {
                            try {
                                return transform.after(inputs, answers, outputs);
                            } finally {
                                inputs.release();
                            }
                        },
                        answers,
                        made -> end(
                                new InferResponse(response.key(), made, response.queueNanos(), response.timing()),
                                null)) {
                    @Override
                    void notDone() {
                        inputs.release();
                    }
                });
    }

    private void end(@Nullable InferResponse response, @Nullable InferenceException failure) {
        if (ended) {
            if (response != null) {
                response.release();
            }
            return;
        }
        ended = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (response != null) {
            observer.transformed(version.key(), waitNanos, workNanos);
        }
        callback.completed(response, failure);
    }

    private InferenceException deadline(String what) {
        return new InferenceException(
                ErrorCode.DEADLINE_EXCEEDED, "deadline exceeded: the request to " + described() + " " + what);
    }

    private String described() {
        return "model '" + version.key().name() + "' version " + version.key().version();
    }

    /**
     * One stay on a transform thread.
     *
     * <p>Threading: {@link #run} and {@link #abandon} on a transform thread, or on that which stops them.
     */
    private class Work implements TransformTask {
        private final Supplier<TensorSet> transformation;
        private final TensorSet consumed;
        private final Consumer<TensorSet> next;
        private final long queuedNanos = clock.nanoTime();

        /**
         * @param consumed released when the work is done, or will not be
         * @param next takes what was made, on the loop
         */
        Work(Supplier<TensorSet> transformation, TensorSet consumed, Consumer<TensorSet> next) {
            this.transformation = transformation;
            this.consumed = consumed;
            this.next = next;
        }

        @Override
        public void run() {
            long begunNanos = clock.nanoTime();
            if (ended) {
                drop();
                return;
            }
            if (request.hasDeadline() && request.deadlineNanos() - begunNanos <= 0) {
                drop();
                back(null, deadline("waited too long for its transform"), 0, 0);
                return;
            }
            TensorSet made = null;
            InferenceException failure = null;
            try {
                made = transformation.get();
            } catch (InferenceException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "request_id={} model={} version={} its transform failed",
                        request.predictionId(),
                        version.key().name(),
                        version.key().version(),
                        loggable(e));
                failure = new InferenceException(ErrorCode.BUG, "the transform failed unexpectedly", e);
            } finally {
                consumed.release();
            }
            back(made, failure, begunNanos - queuedNanos, clock.nanoTime() - begunNanos);
        }

        @Override
        public void abandon() {
            drop();
            back(null, TransformThreads.stopping(), 0, 0);
        }

        private void drop() {
            consumed.release();
            notDone();
        }

        /** Gives back what else the work would have. */
        void notDone() {}

        private void back(@Nullable TensorSet made, @Nullable InferenceException failure, long waited, long worked) {
            Runnable settle = () -> settle(made, failure, waited, worked);
            try {
                loop.execute(settle);
            } catch (RuntimeException e) {
                // The loop has ended before its requests: nothing is confined to it any more, so they end here.
                LOG.warn("event loop {} is gone, a request ends without it", loop.index(), e);
                settle(null, failure == null ? TransformThreads.stopping() : failure, waited, worked);
                if (made != null) {
                    made.release();
                }
            }
        }

        private void settle(@Nullable TensorSet made, @Nullable InferenceException failure, long waited, long worked) {
            waitNanos += waited;
            workNanos += worked;
            if (ended || made == null) {
                if (made != null) {
                    made.release();
                }
                end(null, failure);
                return;
            }
            try {
                next.accept(made);
            } catch (RuntimeException | Error e) {
                // Whoever waits for an answer must get one, whatever happened here.
                LOG.error("request_id={} could not go on after its transform", request.predictionId(), loggable(e));
                end(null, new InferenceException(ErrorCode.BUG, "the request failed unexpectedly", e));
            }
        }
    }
}
