package dev.sluice.loader.batching;

import dev.sluice.loader.fakes.FakeCpuClock;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batcher with everything around it under a test's control.
 *
 * <p>Threading: confined to the test's thread, which is also the loop's.
 */
final class BatcherFixture implements AutoCloseable {
    static final long WALL_MILLIS = 1_700_000_000_000L;

    final TensorPool pool = new TensorPool(64 << 20);
    final FakeNanoClock clock = new FakeNanoClock();
    final FakeCpuClock cpu = new FakeCpuClock();
    final FakeRequestLoop loop = new FakeRequestLoop(0, clock);
    final InferenceThreads threads;
    final List<InferTiming> observed = new ArrayList<>();
    private final List<Batcher> batchers = new ArrayList<>();

    BatcherFixture(int threadCount) {
        threads = InferenceThreads.start(threadCount);
    }

    /** What one callback was told. */
    static final class Outcome implements InferCallback {
        int calls;

        @Nullable InferResponse response;

        @Nullable InferenceException failure;

        @Override
        public void completed(@Nullable InferResponse response, @Nullable InferenceException failure) {
            calls++;
            this.response = response;
            this.failure = failure;
        }

        boolean done() {
            return calls > 0;
        }

        InferResponse answer() {
            if (response == null) {
                throw new AssertionError("no answer but " + failure);
            }
            return response;
        }

        InferenceException failed() {
            if (failure == null) {
                throw new AssertionError("no failure but " + response);
            }
            return failure;
        }

        ErrorCode code() {
            return failed().code();
        }

        /** The values of output y; releases the answer. */
        List<Float> values() {
            List<Float> values = Tensors.floats(answer().outputs().tensors().get(0));
            answer().release();
            return values;
        }
    }

    FakeServableModel rowSums() {
        return FakeServableModel.rowSums((inputs, outputs) -> Tensors.rowSums(pool, inputs));
    }

    Batcher batcher(FakeServableModel model, BatchPolicy policy) {
        return batcher("m", model, policy);
    }

    Batcher batcher(String name, FakeServableModel model, BatchPolicy policy) {
        Batcher batcher = new Batcher(
                new ModelKey(name, 3),
                model,
                policy,
                new BatchResources(pool, threads, clock, () -> Instant.ofEpochMilli(WALL_MILLIS), cpu),
                (total, queued, timing, failure) -> observed.add(timing));
        batchers.add(batcher);
        return batcher;
    }

    static BatchPolicy inline(int maxRows) {
        return new BatchPolicy(true, maxRows, 8192, 1 << 20, 2, InlineRuns.ALWAYS);
    }

    static BatchPolicy queued(int maxRows, int parallelRuns) {
        return new BatchPolicy(true, maxRows, 8192, 1 << 20, parallelRuns);
    }

    /** A request of rows with one column. */
    InferRequest rows(float... values) {
        return Tensors.request(column(values));
    }

    InferRequest rowsUntil(long timeoutMillis, float... values) {
        return Tensors.request(column(values), clock.nanoTime() + timeoutMillis * 1_000_000);
    }

    private TensorSet column(float... values) {
        return Tensors.floats(pool, "x", Shape.of(values.length, 1), values);
    }

    Outcome submit(Batcher batcher, InferRequest request) {
        Outcome outcome = new Outcome();
        Submission submission = batcher.submit(request, loop, outcome);
        if (submission.rejection() != null) {
            throw new AssertionError("rejected", submission.rejection());
        }
        return outcome;
    }

    InferenceException reject(Batcher batcher, InferRequest request) {
        Submission submission = batcher.submit(request, loop, (response, failure) -> {
            throw new AssertionError("a rejected request must not be called back");
        });
        InferenceException rejection = submission.rejection();
        if (rejection == null) {
            throw new AssertionError("accepted");
        }
        submission.cancel();
        request.inputs().release();
        return rejection;
    }

    void await(Outcome... outcomes) {
        loop.runUntil(() -> List.of(outcomes).stream().allMatch(Outcome::done));
    }

    @Override
    public void close() {
        batchers.forEach(batcher -> batcher.close(() -> {}));
        threads.close();
    }
}
