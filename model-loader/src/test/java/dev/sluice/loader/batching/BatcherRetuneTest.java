package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatcherFixture.Outcome;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What runs where, while that changes. */
class BatcherRetuneTest {
    private static final long MILLI = 1_000_000;

    private final BatcherFixture f = new BatcherFixture(2);
    private final List<String> places = new ArrayList<>();

    @AfterEach
    void close() {
        assertThat(f.pool.bytesInUse()).isZero();
        f.close();
    }

    /** Notes the thread of each run, which takes so long. */
    private FakeServableModel model(long elapsedMillis, long cpuMillis) {
        return FakeServableModel.rowSums((inputs, outputs) -> {
            synchronized (places) {
                places.add(Thread.currentThread().getName().startsWith("sluice-infer-") ? "thread" : "loop");
            }
            f.clock.advanceMillis(elapsedMillis);
            f.cpu.advanceNanos(cpuMillis * MILLI);
            return Tensors.rowSums(f.pool, inputs);
        });
    }

    private void run(Batcher batcher, int requests) {
        Outcome[] outcomes = new Outcome[requests];
        for (int i = 0; i < requests; i++) {
            outcomes[i] = f.submit(batcher, f.rows(i));
        }
        f.loop.tick();
        f.await(outcomes);
        for (int i = 0; i < requests; i++) {
            assertThat(outcomes[i].values()).containsExactly((float) i);
        }
    }

    @Test
    void runsGoWhereTheLastTuningWantsThem() {
        Batcher batcher = f.batcher(model(0, 0), BatcherFixture.queued(4, 1));

        run(batcher, 1);
        batcher.retune(4, 1, InlineRuns.ALWAYS);
        run(batcher, 1);
        batcher.retune(4, 1, InlineRuns.NEVER);
        run(batcher, 1);

        assertThat(places).containsExactly("thread", "loop", "thread");
    }

    @Test
    void batchesHaveAsManyRowsAsTheLastTuningAllows() {
        FakeServableModel model = model(0, 0);
        Batcher batcher = f.batcher(model, BatcherFixture.inline(4));

        batcher.retune(2, 2, InlineRuns.ALWAYS);
        run(batcher, 4);
        batcher.retune(64, 2, InlineRuns.ALWAYS);
        run(batcher, 40);

        assertThat(model.rowsPerRun()).containsExactly(2L, 2L, 40L);
        assertThat(batcher.stats().sizes())
                .extracting(BatchStats.BatchSize::rows)
                .containsExactly(2, 40);
    }

    @Test
    void whatWaitsIsTakenUpWhenMoreRunsAreAllowed() {
        FakeServableModel model = model(0, 0).hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(1, 1));
        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();
        model.awaitEntered(1);

        batcher.retune(1, 2, InlineRuns.NEVER);

        model.awaitEntered(1);
        model.letAllPass();
        f.await(first, second);
        first.answer().release();
        second.answer().release();
    }

    @Test
    void rowsLargerThanMeasuredAreLeftToTheThreads() {
        Batcher batcher = f.batcher(model(0, 0), BatcherFixture.queued(8, 1));
        batcher.retune(8, 1, new InlineRuns(true, 8, MILLI));

        Outcome small = f.submit(batcher, columns(2));
        f.loop.tick();
        f.await(small);
        Outcome large = f.submit(batcher, columns(3));
        f.loop.tick();
        f.await(large);

        assertThat(places).containsExactly("loop", "thread");
        small.answer().release();
        large.answer().release();
    }

    private InferRequest columns(int count) {
        return Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, count), new float[count]));
    }

    @Test
    void whatATickCannotRunInTimeIsLeftToTheThreads() {
        Batcher batcher = f.batcher(model(2, 0), BatcherFixture.queued(1, 1));
        batcher.retune(1, 1, new InlineRuns(true, Long.MAX_VALUE, 3 * MILLI));

        run(batcher, 4);

        assertThat(places).containsExactly("loop", "loop", "thread", "thread");
    }

    @Test
    void threeLongRunsInARowEndInline() {
        AtomicInteger stops = new AtomicInteger();
        Batcher batcher = f.batcher(model(2, 2), BatcherFixture.queued(1, 1));
        batcher.whenInlineStops(stops::incrementAndGet);
        batcher.retune(1, 1, new InlineRuns(true, Long.MAX_VALUE, MILLI));

        for (int i = 0; i < 6; i++) {
            run(batcher, 1);
        }

        // The first one only makes suspicious; what it took may have been a pause.
        assertThat(places).containsExactly("loop", "loop", "loop", "loop", "thread", "thread");
        assertThat(stops).hasValue(1);
    }

    @Test
    void runsThatArePausedDoNotEndInline() {
        AtomicInteger stops = new AtomicInteger();
        Batcher batcher = f.batcher(model(50, 0), BatcherFixture.queued(1, 1));
        batcher.whenInlineStops(stops::incrementAndGet);
        batcher.retune(1, 1, new InlineRuns(true, Long.MAX_VALUE, MILLI));

        for (int i = 0; i < 10; i++) {
            run(batcher, 1);
        }

        assertThat(places).containsOnly("loop");
        assertThat(stops).hasValue(0);
    }

    @Test
    void longRunsMustFollowEachOther() {
        AtomicInteger run = new AtomicInteger();
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            if (run.incrementAndGet() % 3 != 0) {
                f.clock.advanceMillis(2);
                f.cpu.advanceNanos(2 * MILLI);
            }
            return Tensors.rowSums(f.pool, inputs);
        });
        AtomicInteger stops = new AtomicInteger();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(1, 1));
        batcher.whenInlineStops(stops::incrementAndGet);
        batcher.retune(1, 1, new InlineRuns(true, Long.MAX_VALUE, MILLI));

        for (int i = 0; i < 12; i++) {
            run(batcher, 1);
        }

        assertThat(stops).hasValue(0);
    }

    @Test
    void inlineCanBeginAgainAfterItWasEnded() {
        Batcher batcher = f.batcher(model(2, 2), BatcherFixture.queued(1, 1));
        InlineRuns inline = new InlineRuns(true, Long.MAX_VALUE, MILLI);
        batcher.retune(1, 1, inline);
        for (int i = 0; i < 5; i++) {
            run(batcher, 1);
        }

        batcher.retune(1, 1, inline);
        run(batcher, 1);

        assertThat(places).containsExactly("loop", "loop", "loop", "loop", "thread", "loop");
    }
}
