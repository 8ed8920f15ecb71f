package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.fakes.ThreadRequestLoop;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorPool;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Eight loops submit, cancel and time out at random while two inference threads run batches, some of which fail: every
 * callback is called exactly once with its own answer, and no memory is left.
 */
class BatcherStressTest {
    private static final int LOOPS = 8;
    private static final int REQUESTS_PER_LOOP = 6_250;

    /** So many that the queue is full at times, but most requests get in. */
    private static final int OUTSTANDING_MAX = 20;

    private final TensorPool pool = new TensorPool(256 << 20);
    private final AtomicIntegerArray calls = new AtomicIntegerArray(LOOPS * REQUESTS_PER_LOOP);
    private final LongAdder answered = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong offLoop = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(LOOPS * REQUESTS_PER_LOOP);

    /** Where batches run. */
    enum Place {
        THREADS,
        LOOPS,
        CHANGING
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void everyCallbackIsCalledOnceAndNoMemoryIsLeft(Place place) throws InterruptedException {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            BadRows.refuse(inputs, -1f);
            return Tensors.rowSums(pool, inputs);
        });
        List<ThreadRequestLoop> loops = new ArrayList<>();
        BatchStats stats;
        try (InferenceThreads threads = InferenceThreads.start(2)) {
            Batcher batcher = new Batcher(
                    new ModelKey("m", 1),
                    model,
                    new BatchPolicy(true, 16, 512, 1 << 20, 2, inline(place == Place.LOOPS)),
                    new BatchResources(pool, threads, NanoClock.system(), InstantSource.system()),
                    StageObserver.none());
            AtomicBoolean changing = new AtomicBoolean(place == Place.CHANGING);
            Thread tuner = new Thread(() -> retune(batcher, changing));
            tuner.start();
            for (int i = 0; i < LOOPS; i++) {
                ThreadRequestLoop loop = new ThreadRequestLoop(i);
                loops.add(loop);
                Producer producer = new Producer(batcher, loop);
                loop.execute(producer::burst);
            }

            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
            changing.set(false);
            tuner.join();
            stats = batcher.stats();
            batcher.close(() -> {});
        } finally {
            loops.forEach(ThreadRequestLoop::close);
        }

        for (int i = 0; i < calls.length(); i++) {
            assertThat(calls.get(i)).isEqualTo(1);
        }
        assertThat(wrong.sum()).isZero();
        assertThat(offLoop).hasValue(0);
        assertThat(answered.sum()).isGreaterThan(LOOPS * REQUESTS_PER_LOOP / 20);
        assertThat(pool.bytesInUse()).isZero();
        assertThat(stats.successCount()).isEqualTo(answered.sum());
        assertThat(stats.rejectedCount()).isEqualTo(rejected.sum());
        assertThat(stats.cancelledCount() + stats.deadlineCount() + stats.failedCount())
                .isEqualTo(failed.sum());
        assertThat(stats.pendingRequests()).isZero();
        assertThat(stats.waitingRows()).isZero();
        assertThat(stats.waitingBytes()).isZero();
    }

    private static InlineRuns inline(boolean allowed) {
        return allowed ? InlineRuns.ALWAYS : InlineRuns.NEVER;
    }

    private static void retune(Batcher batcher, AtomicBoolean changing) {
        SplittableRandom random = new SplittableRandom(1);
        while (changing.get()) {
            batcher.retune(random.nextInt(1, 33), random.nextInt(1, 4), inline(random.nextBoolean()));
            Thread.onSpinWait();
        }
    }

    private final class Producer {
        private final Batcher batcher;
        private final ThreadRequestLoop loop;
        private final SplittableRandom random;
        private int submitted;
        private int outstanding;
        private boolean paused;

        Producer(Batcher batcher, ThreadRequestLoop loop) {
            this.batcher = batcher;
            this.loop = loop;
            this.random = new SplittableRandom(loop.index());
        }

        void burst() {
            paused = outstanding > OUTSTANDING_MAX;
            if (paused) {
                return;
            }
            int size = random.nextInt(1, 30);
            for (int i = 0; i < size && submitted < REQUESTS_PER_LOOP; i++) {
                submitOne();
            }
            if (submitted < REQUESTS_PER_LOOP) {
                loop.execute(this::burst);
            }
        }

        private void submitOne() {
            int id = loop.index() * REQUESTS_PER_LOOP + submitted++;
            int rows = random.nextInt(20) == 0 ? random.nextInt(17, 60) : random.nextInt(1, 4);
            float[] values = new float[rows];
            for (int i = 0; i < rows; i++) {
                values[i] = random.nextInt(2000) == 0 ? -1 : id + i;
            }
            long deadline =
                    random.nextInt(4) == 0 ? System.nanoTime() + random.nextInt(3_000_000) : InferRequest.NO_DEADLINE;
            int columns = random.nextInt(10) == 0 ? rows : 1;
            Shape shape = columns == 1 ? Shape.of(rows, 1) : Shape.of(1, rows);
            InferRequest request = Tensors.request(Tensors.floats(pool, "x", shape, values), deadline);
            Submission submission = batcher.submit(
                    request, loop, (response, failure) -> completed(id, values, columns != 1, response, failure));
            if (submission.rejection() != null) {
                rejected.increment();
                request.inputs().release();
                calls.incrementAndGet(id);
                ended.countDown();
                return;
            }
            outstanding++;
            if (random.nextInt(8) == 0) {
                submission.cancel();
            } else if (random.nextInt(8) == 0) {
                loop.schedule(random.nextInt(1_000_000), submission::cancel);
            }
        }

        private void completed(
                int id,
                float[] values,
                boolean summed,
                @Nullable InferResponse response,
                @Nullable InferenceException failure) {
            calls.incrementAndGet(id);
            outstanding--;
            if (!loop.inLoop()) {
                offLoop.incrementAndGet();
            }
            if (response != null) {
                answered.increment();
                check(
                        values,
                        summed,
                        Tensors.floats(response.outputs().tensors().get(0)));
                response.release();
            }
            if (failure != null) {
                failed.increment();
                boolean bad = contains(values, -1);
                if ((failure.code() == ErrorCode.MODEL_FAILED && !bad) || failure.code() == ErrorCode.BUG) {
                    wrong.increment();
                }
            }
            ended.countDown();
            if (paused) {
                paused = false;
                loop.execute(this::burst);
            }
        }

        private void check(float[] values, boolean summed, List<Float> answer) {
            if (summed) {
                float sum = 0;
                for (float value : values) {
                    sum += value;
                }
                if (answer.size() != 1 || answer.get(0) != sum) {
                    wrong.increment();
                }
                return;
            }
            boolean right = answer.size() == values.length;
            for (int i = 0; right && i < values.length; i++) {
                right = answer.get(i) == values[i];
            }
            if (!right) {
                wrong.increment();
            }
        }

        private boolean contains(float[] values, float wanted) {
            for (float value : values) {
                if (value == wanted) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void requestsEndEvenWhenTheirLoopIsGone() throws InterruptedException {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> Tensors.rowSums(pool, inputs))
                .hold();
        CountDownLatch called = new CountDownLatch(1);
        try (InferenceThreads threads = InferenceThreads.start(1);
                ThreadRequestLoop loop = new ThreadRequestLoop(0)) {
            Batcher batcher = new Batcher(
                    new ModelKey("m", 1),
                    model,
                    new BatchPolicy(true, 16, 512, 1 << 20, 1),
                    new BatchResources(pool, threads, NanoClock.system(), InstantSource.system()),
                    StageObserver.none());
            InferRequest request = Tensors.request(Tensors.floats(pool, "x", Shape.of(1, 1), 1));
            loop.execute(() -> batcher.submit(request, loop, (response, failure) -> {
                if (response != null) {
                    response.release();
                }
                called.countDown();
            }));
            model.awaitEntered(1);

            loop.shutDown();
            model.letAllPass();

            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(pool.bytesInUse()).isZero();
    }
}
