package dev.sluice.canary.feedback;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers predictions, and joins labels to them.
 *
 * <p>The file is opened when it is first needed: a server without feedback neither has one nor waits for it.
 *
 * <p>Bounds: {@value #LABELS_WAITING_MAX} labels that wait for the thread, beyond which requests are refused and counted; rows of
 * predictions and their age as {@link FeedbackOptions} say.
 *
 * <p>Threading: thread-safe. One thread of its own does everything with the file; {@link #label} does not wait for it, {@link #add}
 * and {@link #find} do.
 */
public final class FeedbackStore implements AutoCloseable {
    /** Most labels in one request. */
    public static final int LABELS_PER_REQUEST_MAX = 10_000;

    /** Most labels that wait. */
    public static final int LABELS_WAITING_MAX = 100_000;

    /** The file's name in the folder of the state. */
    public static final String FILE = "feedback.db";

    private static final Logger LOG = LoggerFactory.getLogger(FeedbackStore.class);
    private static final Duration SETTLE_MAX = Duration.ofSeconds(5);
    private static final Duration UNWATCHED_MAX = Duration.ofMillis(100);
    private static final long SETTLE_POLL_MILLIS = 20;
    private static final long FORGET_MILLIS = 1_000;
    private static final long FORGET_ON_MILLIS = 10;
    private static final long CLOSE_SECONDS_MAX = 10;

    private final Path file;
    private final Optional<Path> scratch;
    private final FeedbackOptions options;
    private final InstantSource clock;
    private final int recentMax;
    private final Settlement settlement = new Settlement();
    private final ScheduledThreadPoolExecutor executor;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    private volatile @Nullable FeedbackTally tally;
    // Of the executor's thread alone.
    private @Nullable FeedbackDatabase database;
    private boolean failing;

    /**
     * A store that is not open yet.
     *
     * @param folder of the state
     * @param scratch where SQLite's library may be written for as long as it is being loaded; empty = the folder for temporary
     *     files
     */
    public FeedbackStore(Path folder, Optional<Path> scratch, FeedbackOptions options, InstantSource clock) {
        this(folder, scratch, options, clock, RecentPredictions.COUNT_MAX);
    }

    FeedbackStore(Path folder, Optional<Path> scratch, FeedbackOptions options, InstantSource clock, int recentMax) {
        this.recentMax = recentMax;
        this.file = folder.toAbsolutePath().resolve(FILE);
        this.scratch = scratch;
        this.options = options;
        this.clock = clock;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sluice-feedback");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Opens the file if there is one, in the background: what is too old is forgotten even if nobody asks for it. */
    public void begin() {
        if (Files.exists(file)) {
            executor.execute(() -> attempt(this::database));
        }
    }

    /** Settles what waits in front of the store. */
    Settlement settlement() {
        return settlement;
    }

    InstantSource clock() {
        return clock;
    }

    /**
     * Remembers predictions, durably; blocks.
     *
     * @throws IOException if that is not possible now; none is remembered then
     */
    void add(List<Prediction> predictions) throws IOException {
        try {
            call(() -> {
                database().insert(predictions);
                return predictions;
            });
        } catch (StateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The row of a prediction, where it is remembered; blocks.
     *
     * @throws StateException if it cannot be looked for now
     */
    public Optional<RememberedRow> find(String predictionId, int row) {
        return call(() -> {
            FeedbackDatabase open = database();
            return open.transact(() -> {
                FeedbackDatabase.Found found = open.find(predictionId);
                if (found == null || row < 0 || row >= found.prediction().rows()) {
                    return Optional.<RememberedRow>empty();
                }
                StoredLabels.Stored stored = open.labels().find(found.row() + row);
                Optional<JoinedLabel> label = stored == null
                        ? Optional.empty()
                        : Optional.of(new JoinedLabel(stored.label(), Instant.ofEpochMilli(stored.atMillis())));
                return Optional.of(new RememberedRow(found.prediction(), row, label));
            });
        });
    }

    /**
     * Joins labels to predictions of a model. Those whose prediction is not known wait until everything that was predicted before
     * is remembered, and are looked for once more.
     *
     * @param labels at most {@value #LABELS_PER_REQUEST_MAX}
     * @return completes on the store's thread, once what was joined survives the process; fails with an {@link
     *     InferenceException} when nothing was
     */
    public CompletionStage<LabelAnswer> label(String model, List<GivenLabel> labels) {
        CompletableFuture<LabelAnswer> answer = new CompletableFuture<>();
        if (waiting.addAndGet(labels.size()) > LABELS_WAITING_MAX) {
            waiting.addAndGet(-labels.size());
            refusals.incrementAndGet();
            answer.completeExceptionally(new InferenceException(
                    ErrorCode.OVERLOADED, "more than " + LABELS_WAITING_MAX + " labels wait already; try again later"));
            return answer;
        }
        Batch batch = new Batch(new LabelJoin(model, options), answer, labels.size());
        try {
            executor.execute(() -> batch.guarded(() -> first(batch, labels)));
        } catch (RejectedExecutionException e) {
            batch.fail(new InferenceException(ErrorCode.MODEL_NOT_READY, "the server is stopping", e));
        }
        return answer;
    }

    /** The labels of one request, and who waits for their fate. */
    private final class Batch {
        private final LabelJoin join;
        private final CompletableFuture<LabelAnswer> answer;
        private final int size;

        Batch(LabelJoin join, CompletableFuture<LabelAnswer> answer, int size) {
            this.join = join;
            this.answer = answer;
            this.size = size;
        }

        void guarded(Runnable step) {
            try {
                step.run();
                failing = false;
            } catch (StateException e) {
                failed(e);
                fail(new InferenceException(
                        ErrorCode.OVERLOADED,
                        "labels cannot be kept now, the server's log says why; try again later",
                        e));
            } catch (RuntimeException e) {
                fail(new InferenceException(ErrorCode.BUG, "internal error", e));
            }
        }

        void done() {
            waiting.addAndGet(-size);
            answer.complete(join.answer());
        }

        void fail(InferenceException failure) {
            waiting.addAndGet(-size);
            answer.completeExceptionally(failure);
        }
    }

    private void first(Batch batch, List<GivenLabel> labels) {
        Instant now = clock.instant();
        List<GivenLabel> unknown = batch.join.join(database(), labels, now);
        if (unknown.isEmpty()) {
            batch.done();
            return;
        }
        settlement.ask(now);
        second(batch, unknown, now, System.nanoTime());
    }

    private void second(Batch batch, List<GivenLabel> unknown, Instant asked, long sinceNanos) {
        Duration waited = Duration.ofNanos(System.nanoTime() - sinceNanos);
        Duration most = settlement.isWatched() ? SETTLE_MAX : UNWATCHED_MAX;
        if (settlement.isSettled(asked) || waited.compareTo(most) > 0) {
            List<GivenLabel> orphans = batch.join.join(database(), unknown, asked);
            if (!orphans.isEmpty()) {
                batch.join.orphans(database(), orphans);
            }
            batch.done();
            return;
        }
        if (!later(SETTLE_POLL_MILLIS, () -> batch.guarded(() -> second(batch, unknown, asked, sinceNanos)))) {
            batch.fail(new InferenceException(ErrorCode.MODEL_NOT_READY, "the server is stopping"));
        }
    }

    /** Does something after a while; false when the store is closed before. What is done deals with its failures itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private boolean later(long millis, Runnable task) {
        try {
            executor.schedule(task, millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** What has come of predictions and labels. */
    public FeedbackReport report() {
        FeedbackTally counts = tally;
        return counts == null ? FeedbackReport.NONE : FeedbackReport.of(counts.all());
    }

    /** Requests refused because too many labels waited. */
    public long refusals() {
        return refusals.get();
    }

    /** Labels that wait. */
    public long waiting() {
        return waiting.get();
    }

    private FeedbackDatabase database() {
        FeedbackDatabase open = database;
        if (open == null) {
            open = FeedbackDatabase.open(file, scratch, recentMax);
            database = open;
            tally = open.tally();
            later(FORGET_ON_MILLIS, this::forget);
        }
        return open;
    }

    /** Forgets a little, and comes back: soon, while there is more to do. */
    private void forget() {
        boolean more = Boolean.TRUE.equals(attempt(() ->
                database().forgetSome(clock.instant().minus(options.keep()).toEpochMilli(), options.predictionsMax())));
        later(more ? FORGET_ON_MILLIS : FORGET_MILLIS, this::forget);
    }

    private <T> @Nullable T attempt(Callable<T> task) {
        try {
            return task.call();
        } catch (StateException e) {
            failed(e);
        } catch (Exception e) {
            LOG.error("event=feedback_failed", e);
        }
        return null;
    }

    private void failed(StateException e) {
        if (!failing) {
            failing = true;
            LOG.warn("event=feedback_failing reason=\"{}\"", e.getMessage());
        }
    }

    private <T> T call(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        try {
            executor.execute(future);
            return future.get();
        } catch (RejectedExecutionException e) {
            throw new StateException(StateException.Kind.UNAVAILABLE, "the feedback store is closed", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StateException known) {
                throw known;
            }
            throw new IllegalStateException("the feedback store failed unexpectedly", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "waiting for the feedback store was interrupted", e);
        }
    }

    /** Ends what was begun, and closes the file; blocks. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return; // a write hangs: closing the file under it would help nobody
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        FeedbackDatabase open = database;
        if (open != null) {
            open.close();
        }
    }
}
