package dev.sluice.loadtest.bench;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.InferCallback;
import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.batching.InlineRuns;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.batching.Submission;
import dev.sluice.model.InferRequest;
import dev.sluice.model.NanoClock;
import java.time.InstantSource;

/**
 * A batcher over a {@link BenchModel} with a loop and one inference thread of its own.
 *
 * <p>Threading: confined to the benchmark's thread.
 */
final class RunnableBatcher implements AutoCloseable {
    private static final int ROWS_MAX = 64;
    private static final int QUEUE_ROWS_MAX = 4096;
    private static final long QUEUE_BYTES_MAX = 1L << 30;

    private final InferenceThreads threads = InferenceThreads.start(1);
    private final TickLoop loop = new TickLoop();
    private final Batcher batcher;

    /**
     * @param inline whether the loop itself runs what arrived in its tick
     */
    RunnableBatcher(BenchModel model, boolean inline) {
        batcher = new Batcher(
                model.key(),
                model.model(),
                new BatchPolicy(
                        true,
                        ROWS_MAX,
                        QUEUE_ROWS_MAX,
                        QUEUE_BYTES_MAX,
                        1,
                        inline ? InlineRuns.ALWAYS : InlineRuns.NEVER),
                new BatchResources(model.pool(), threads, NanoClock.system(), InstantSource.system()),
                StageObserver.none());
    }

    void submit(InferRequest request, InferCallback callback) {
        Submission submission = batcher.submit(request, loop, callback);
        if (submission.rejection() != null) {
            throw new IllegalStateException(submission.rejection());
        }
    }

    /** Ends the tick; what is inline has run then. */
    void tick() {
        loop.tick();
    }

    /** Takes replies that inference threads sent. */
    void receive() {
        loop.runTasks();
    }

    @Override
    public void close() {
        batcher.close(() -> {});
        threads.close();
    }
}
