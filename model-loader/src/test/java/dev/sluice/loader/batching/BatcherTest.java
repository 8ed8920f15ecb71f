package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatcherFixture.Outcome;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is run together, and what each request gets back; inline, so that nothing depends on threads. */
class BatcherTest {
    private final BatcherFixture f = new BatcherFixture(1);

    @AfterEach
    void leavesNoMemoryBehind() {
        f.close();

        assertThat(f.pool.bytesInUse()).isZero();
    }

    @Test
    void requestsOfOneTickBecomeOneRun() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2, 3));
        Outcome third = f.submit(batcher, f.rows(4));
        assertThat(model.runs()).isEmpty();
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(4L);
        assertThat(first.values()).containsExactly(1f);
        assertThat(second.values()).containsExactly(2f, 3f);
        assertThat(third.values()).containsExactly(4f);
    }

    @Test
    void loneRequestRunsOnItsOwnMemory() {
        InferRequest request = f.rows(1);
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            assertThat(inputs.get(0)).isSameAs(request.inputs().tensors().get(0));
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome outcome = f.submit(batcher, request);
        f.loop.tick();

        assertThat(outcome.values()).containsExactly(1f);
    }

    @Test
    void countsRowsNotRequests() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(4));

        Outcome first = f.submit(batcher, f.rows(1, 2, 3));
        Outcome second = f.submit(batcher, f.rows(4, 5));
        Outcome third = f.submit(batcher, f.rows(6));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(3L, 3L);
        assertThat(first.values()).containsExactly(1f, 2f, 3f);
        assertThat(second.values()).containsExactly(4f, 5f);
        assertThat(third.values()).containsExactly(6f);
    }

    @Test
    void onlyEqualRowShapesShareARun() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome narrow = f.submit(batcher, f.rows(1));
        Outcome wide = f.submit(batcher, Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 2), 5, 6)));
        Outcome narrowToo = f.submit(batcher, f.rows(2));
        f.loop.tick();

        assertThat(model.runs()).containsExactly(List.of(Shape.of(2, 1)), List.of(Shape.of(1, 2)));
        assertThat(narrow.values()).containsExactly(1f);
        assertThat(wide.values()).containsExactly(11f);
        assertThat(narrowToo.values()).containsExactly(2f);
    }

    @Test
    void onlyEqualOutputsShareARun() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome all = f.submit(batcher, f.rows(1));
        Outcome same = f.submit(batcher, Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), 2), "y"));
        Outcome other = f.submit(batcher, Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), 3), "y", "z"));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 1L);
        assertThat(List.of(all, same, other))
                .allSatisfy(o -> assertThat(o.values()).hasSize(1));
    }

    @Test
    void largeRequestRunsInPartsAndItsOutputsAreJoined() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(4));

        Outcome outcome = f.submit(batcher, f.rows(1, 2, 3, 4, 5, 6, 7, 8, 9));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(3L, 3L, 3L);
        assertThat(outcome.answer().outputs().tensors().get(0).shape()).isEqualTo(Shape.of(9, 1));
        assertThat(outcome.values()).containsExactly(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f);
    }

    @Test
    void partOfALargeRequestSharesItsRunWithOthers() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(4));

        Outcome large = f.submit(batcher, f.rows(1, 2, 3, 4, 5));
        Outcome small = f.submit(batcher, f.rows(6));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 4L);
        assertThat(large.values()).containsExactly(1f, 2f, 3f, 4f, 5f);
        assertThat(small.values()).containsExactly(6f);
    }

    @Test
    void failingPartFailsTheWholeRequestOnce() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            BadRows.refuse(inputs, 9f);
            return Tensors.rowSums(f.pool, inputs);
        });
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome outcome = f.submit(batcher, f.rows(1, 2, 9, 4, 5, 6));
        f.loop.tick();

        assertThat(outcome.calls).isEqualTo(1);
        assertThat(outcome.code()).isEqualTo(ErrorCode.MODEL_FAILED);
    }

    @Test
    void stringsAreJoinedAndTakenApartByTheirLengths() {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("s", DataType.BYTES, Shape.of(-1, 2))),
                        List.of(new TensorSpec("t", DataType.BYTES, Shape.of(-1, 2)))),
                (inputs, outputs) -> Tensors.strings(
                        f.pool,
                        "t",
                        inputs.get(0).shape(),
                        Tensors.strings(inputs.get(0)).stream()
                                .map(s -> s + "!")
                                .toArray(String[]::new)));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome one = f.submit(batcher, Tensors.request(Tensors.strings(f.pool, "s", Shape.of(1, 2), "", "grün")));
        Outcome large = f.submit(
                batcher,
                Tensors.request(Tensors.strings(f.pool, "s", Shape.of(3, 2), "a", "bb", "ccc", "", "e", "ff")));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 2L);
        assertThat(Tensors.strings(one.answer().outputs().tensors().get(0))).containsExactly("!", "grün!");
        assertThat(Tensors.strings(large.answer().outputs().tensors().get(0)))
                .containsExactly("a!", "bb!", "ccc!", "!", "e!", "ff!");
        one.answer().release();
        large.answer().release();
    }

    @Test
    void inputsThatDifferInTheirFirstDimensionRunAsTheyAre() {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(
                                new TensorSpec("x", DataType.FP32, Shape.of(-1)),
                                new TensorSpec("rate", DataType.FP32, Shape.of())),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of()))),
                (inputs, outputs) -> Tensors.floats(f.pool, "y", Shape.of(), 7));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(2));

        Outcome first = f.submit(batcher, rateRequest());
        Outcome second = f.submit(batcher, rateRequest());
        f.loop.tick();

        assertThat(model.runs()).hasSize(2);
        assertThat(first.values()).containsExactly(7f);
        assertThat(second.values()).containsExactly(7f);
    }

    private InferRequest rateRequest() {
        var block = f.pool.acquire(16);
        return Tensors.request(new TensorSet(
                List.of(
                        new Tensor("x", DataType.FP32, Shape.of(3), block.slice(0, 12)),
                        new Tensor("rate", DataType.FP32, Shape.of(), block.slice(12, 4))),
                block));
    }

    @Test
    void requestWithoutRowsRunsAlone() {
        FakeServableModel model =
                FakeServableModel.rowSums((inputs, outputs) -> Tensors.floats(f.pool, "y", Shape.of(0, 1)));
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));

        Outcome outcome = f.submit(batcher, f.rows());
        f.loop.tick();

        assertThat(outcome.values()).isEmpty();
    }

    @Test
    void runsEveryRequestAsItIsWhenBatchingIsOff() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, new BatchPolicy(false, 2, 100, 1000, 1, InlineRuns.ALWAYS));

        Outcome first = f.submit(batcher, f.rows(1, 2, 3));
        Outcome second = f.submit(batcher, f.rows(4));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(3L, 1L);
        assertThat(first.values()).containsExactly(1f, 2f, 3f);
        assertThat(second.values()).containsExactly(4f);
    }

    @Test
    void answersKeepTheSharedMemoryUntilTheLastIsReleased() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1));
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();
        first.answer().release();

        assertThat(f.pool.bytesInUse()).isPositive();
        assertThat(second.values()).containsExactly(2f);
        assertThat(f.pool.bytesInUse()).isZero();
    }

    @Test
    void timingSaysHowManyRowsRanTogether() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.inline(32));

        Outcome first = f.submit(batcher, f.rows(1, 2));
        f.clock.advanceMillis(2);
        Outcome second = f.submit(batcher, f.rows(3));
        f.loop.tick();

        assertThat(first.answer().timing().batchRows()).isEqualTo(3);
        assertThat(first.answer().queueNanos()).isEqualTo(2_000_000);
        assertThat(second.answer().queueNanos()).isZero();
        assertThat(f.observed)
                .containsExactly(first.answer().timing(), second.answer().timing());
        first.answer().release();
        second.answer().release();
    }

    @Test
    void statisticsCountRequestsRowsAndRuns() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.inline(2));

        List<Outcome> outcomes =
                List.of(f.submit(batcher, f.rows(1)), f.submit(batcher, f.rows(2)), f.submit(batcher, f.rows(3)));
        BatchStats waiting = batcher.stats();
        f.loop.tick();
        BatchStats done = batcher.stats();

        assertThat(waiting.pendingRequests()).isEqualTo(3);
        assertThat(waiting.waitingRows()).isEqualTo(3);
        assertThat(waiting.waitingBytes()).isEqualTo(12);
        assertThat(done.successCount()).isEqualTo(3);
        assertThat(done.rowCount()).isEqualTo(3);
        assertThat(done.executionCount()).isEqualTo(2);
        assertThat(done.sizes()).extracting(BatchStats.BatchSize::rows).containsExactly(1, 2);
        assertThat(done.sizes()).extracting(BatchStats.BatchSize::count).containsExactly(1L, 1L);
        assertThat(done.pendingRequests()).isZero();
        assertThat(done.waitingRows()).isZero();
        assertThat(done.waitingBytes()).isZero();
        assertThat(done.lastInferenceMillis()).isEqualTo(BatcherFixture.WALL_MILLIS);
        outcomes.forEach(o -> o.answer().release());
    }

    @Test
    void callbackThatThrowsDoesNotKeepOthersFromTheirAnswers() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.inline(32));

        batcher.submit(f.rows(1), f.loop, (response, failure) -> {
            if (response != null) {
                response.release();
            }
            throw new IllegalStateException("a bug of the caller");
        });
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();

        assertThat(second.values()).containsExactly(2f);
    }
}
