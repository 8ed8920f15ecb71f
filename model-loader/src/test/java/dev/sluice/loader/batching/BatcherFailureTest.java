package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatcherFixture.Outcome;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests hear when the model fails. */
class BatcherFailureTest {
    private final BatcherFixture f = new BatcherFixture(1);

    @AfterEach
    void leavesNoMemoryBehind() {
        f.close();

        assertThat(f.pool.bytesInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"MODEL_FAILED", "INVALID_INPUT"})
    void oneBadRowFailsAlone(ErrorCode code) {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            BadRows.refuse(inputs, 2f, code);
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1));
        Outcome bad = f.submit(batcher, f.rows(2));
        Outcome third = f.submit(batcher, f.rows(3));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(3L, 1L, 1L, 1L);
        assertThat(first.values()).containsExactly(1f);
        assertThat(bad.code()).isEqualTo(code);
        assertThat(bad.failed()).hasMessage("cannot compute 2.0");
        assertThat(third.values()).containsExactly(3f);
        assertThat(batcher.stats().repeatedCount()).isEqualTo(1);
        assertThat(batcher.stats().failedCount()).isEqualTo(1);
    }

    @Test
    void batchThatDoesNotFitTheDeviceIsHalvedOnce() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            if (inputs.get(0).shape().dimension(0) > 2) {
                throw new InferenceException(ErrorCode.DEVICE_OUT_OF_MEMORY, "the device has no memory for this run");
            }
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        List<Outcome> fits = List.of(
                f.submit(batcher, f.rows(1)),
                f.submit(batcher, f.rows(2)),
                f.submit(batcher, f.rows(3)),
                f.submit(batcher, f.rows(4)));
        f.loop.tick();
        List<Outcome> tooMany = List.of(
                f.submit(batcher, f.rows(1, 2)),
                f.submit(batcher, f.rows(3)),
                f.submit(batcher, f.rows(4)),
                f.submit(batcher, f.rows(5, 6)));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(4L, 2L, 2L, 6L, 3L, 3L);
        fits.forEach(o -> assertThat(o.values()).hasSize(1));
        tooMany.forEach(o -> assertThat(o.code()).isEqualTo(ErrorCode.DEVICE_OUT_OF_MEMORY));
    }

    @Test
    void foreignExceptionIsABugWithoutItsTextAndTheVersionGoesOn() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            if (Tensors.floats(inputs.get(0)).contains(13f)) {
                throw new IllegalStateException("some.internal.Class at 0xdead");
            }
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));

        Outcome broken = f.submit(batcher, f.rows(13));
        f.loop.tick();
        f.await(broken);
        Outcome next = f.submit(batcher, f.rows(1));
        f.loop.tick();
        f.await(next);

        assertThat(broken.code()).isEqualTo(ErrorCode.BUG);
        assertThat(broken.failed()).hasMessage("model 'm' version 3 failed unexpectedly");
        assertThat(broken.failed()).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(next.values()).containsExactly(1f);
    }

    @Test
    void errorInTheModelLeavesTheThreadAlive() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            if (Tensors.floats(inputs.get(0)).contains(13f)) {
                throw new StackOverflowError();
            }
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));

        Outcome broken = f.submit(batcher, f.rows(13));
        f.loop.tick();
        f.await(broken);
        Outcome next = f.submit(batcher, f.rows(1));
        f.loop.tick();
        f.await(next);

        assertThat(broken.code()).isEqualTo(ErrorCode.BUG);
        assertThat(next.values()).containsExactly(1f);
    }

    @Test
    void exhaustedPoolFailsOnlyTheBatchThatNeededIt() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));
        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2));
        var hog = f.pool.acquire(32 << 20);
        var hogs = new ArrayList<TensorBlock>();
        for (int size = 16 << 20; size >= 256; size /= 2) {
            while (f.pool.bytesInUse() + size <= f.pool.bytesMax()) {
                hogs.add(f.pool.acquire(size));
            }
        }

        f.loop.tick();
        hogs.forEach(TensorBlock::release);
        hog.release();
        Outcome later = f.submit(batcher, f.rows(3));
        f.loop.tick();

        assertThat(first.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(second.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(later.values()).containsExactly(3f);
    }

    @Test
    void outputsWithoutOneRowPerInputRowSwitchBatchingOff() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> Tensors.floats(
                f.pool, "y", Shape.of(1), Tensors.floats(inputs.get(0)).get(0)));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();
        Outcome third = f.submit(batcher, f.rows(3));
        Outcome fourth = f.submit(batcher, f.rows(4));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 1L, 1L, 1L, 1L);
        assertThat(first.values()).containsExactly(1f);
        assertThat(second.values()).containsExactly(2f);
        assertThat(third.values()).containsExactly(3f);
        assertThat(fourth.values()).containsExactly(4f);
        assertThat(batcher.stats().batching()).isFalse();
    }

    @Test
    void largeRequestRunsWholeWhenPartsCannotBeJoined() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> Tensors.floats(
                f.pool, "y", Shape.of(1), (float) inputs.get(0).shape().dimension(0)));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome outcome = f.submit(batcher, f.rows(1, 2, 3, 4, 5, 6));
        f.loop.tick();

        assertThat(outcome.calls).isEqualTo(1);
        assertThat(outcome.values()).containsExactly(6f);
    }

    @Test
    void batchesThatKeepFailingAlthoughTheirRequestsDoNotSwitchBatchingOff() {
        AtomicInteger runs = new AtomicInteger();
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            runs.incrementAndGet();
            if (inputs.get(0).shape().dimension(0) > 1) {
                throw new InferenceException(ErrorCode.MODEL_FAILED, "cannot reshape");
            }
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        for (int i = 0; i < 4; i++) {
            Outcome first = f.submit(batcher, f.rows(1));
            Outcome second = f.submit(batcher, f.rows(2));
            f.loop.tick();
            assertThat(first.values()).containsExactly(1f);
            assertThat(second.values()).containsExactly(2f);
        }

        assertThat(runs).hasValue(3 * 3 + 2);
        assertThat(batcher.stats().batching()).isFalse();
    }

    /** As many columns as the largest value of the run says, all of that value. */
    private FakeServableModel asWideAsTheLargestValue() {
        return FakeServableModel.rowSums((inputs, outputs) -> {
            int rows = (int) inputs.get(0).shape().dimension(0);
            int columns = Tensors.floats(inputs.get(0)).stream()
                    .mapToInt(Float::intValue)
                    .max()
                    .orElse(0);
            float[] values = new float[rows * columns];
            Arrays.fill(values, columns);
            return Tensors.floats(f.pool, "y", Shape.of(rows, columns), values);
        });
    }

    @Test
    void largeRequestRunsWholeOnceWhenItsPartsHaveOtherRowShapes() {
        FakeServableModel model = asWideAsTheLargestValue();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome before = f.submit(batcher, f.rows(1));
        Outcome split = f.submit(batcher, f.rows(1, 1, 2, 2, 3, 3));
        Outcome after = f.submit(batcher, f.rows(1));
        f.loop.tick();

        assertThat(split.calls).isEqualTo(1);
        assertThat(split.answer().outputs().tensors().get(0).shape()).isEqualTo(Shape.of(6, 3));
        assertThat(split.values()).hasSize(18).containsOnly(3f);
        assertThat(before.values()).containsOnly(1f);
        assertThat(after.values()).containsOnly(1f);
        assertThat(model.rowsPerRun()).containsOnlyOnce(6L);
        assertThat(batcher.stats().batching()).isFalse();
    }

    @Test
    void partsThatFollowAWholeRunAreNotRun() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> Tensors.floats(
                f.pool, "y", Shape.of(1), (float) inputs.get(0).shape().dimension(0)));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome outcome = f.submit(batcher, f.rows(1, 2, 3, 4, 5, 6, 7, 8));
        f.loop.tick();

        assertThat(outcome.values()).containsExactly(8f);
        assertThat(model.rowsPerRun()).containsExactly(2L, 8L);
    }

    @Test
    void partsThatRunAtTheSameTimeRunTheWholeRequestOnce() {
        BatcherFixture two = new BatcherFixture(2);
        FakeServableModel model = FakeServableModel.rowSums(
                        (inputs, outputs) -> Tensors.floats(two.pool, "y", Shape.of(1), (float)
                                inputs.get(0).shape().dimension(0)))
                .hold();
        Batcher batcher = two.batcher(model, BatcherFixture.queued(2, 2));

        Outcome outcome = two.submit(batcher, two.rows(1, 2, 3, 4));
        two.loop.tick();
        model.awaitEntered(2);
        model.letAllPass();
        // Waits for both runs, before the loop hears of either.
        two.close();
        two.await(outcome);

        assertThat(outcome.values()).containsExactly(4f);
        assertThat(model.rowsPerRun()).containsExactly(2L, 2L, 4L);
        assertThat(two.pool.bytesInUse()).isZero();
    }

    @Test
    void outputsThatCannotBeTakenApartFailOnlyTheirOwnRequests() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            int rows = (int) inputs.get(0).shape().dimension(0);
            if (rows == 1) {
                return Tensors.rowSums(f.pool, inputs);
            }
            // Claims one text per row and has half of them.
            return Tensors.strings(f.pool, "y", Shape.of(rows), "a");
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();

        assertThat(first.values()).containsExactly(1f);
        assertThat(second.values()).containsExactly(2f);
    }

    @Test
    void requestsRunOneByOneWhenThereIsNoMemoryToGatherThem() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(4096));
        List<TensorBlock> hogs = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            outcomes.add(f.submit(batcher, f.rows(new float[1000])));
        }
        for (int size = 32 << 20; size >= 256; size /= 2) {
            while (f.pool.bytesInUse() + size <= f.pool.bytesMax()) {
                hogs.add(f.pool.acquire(size));
            }
        }
        // Room for the outputs of one, given back when it is answered; not for the inputs of eight.
        TensorBlock last = hogs.remove(hogs.size() - 1);
        last.release();
        for (int size = last.capacity() / 2; size >= 4096; size /= 2) {
            hogs.add(f.pool.acquire(size));
        }

        f.loop.tick();
        hogs.forEach(TensorBlock::release);

        assertThat(model.rowsPerRun()).startsWith(1000L, 1000L);
        assertThat(outcomes.get(0).values()).hasSize(1000);
        assertThat(outcomes.stream().filter(o -> o.calls == 1)).hasSize(8);
        outcomes.stream()
                .skip(1)
                .filter(o -> o.response != null)
                .forEach(o -> o.answer().release());
    }
}
