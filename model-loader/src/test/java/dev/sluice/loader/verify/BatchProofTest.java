package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchProofTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final FakeNanoClock clock = new FakeNanoClock();
    private final List<Duration> pauses = new ArrayList<>();
    private final BatchProof proof = new BatchProof(clock, clock, new MemoryRetry(pauses::add));

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    private static BatchingConfig config(BatchingConfig.Mode mode, int maxRows) {
        return new BatchingConfig(mode, maxRows, 100, 1000);
    }

    private BatchVerdict auto(FakeServableModel model) {
        return proof.decide(model, BatchingConfig.DEFAULT);
    }

    /** Input x FP32 [-1, 4], output y computed from the floats of the whole batch. */
    private FakeServableModel model(FakeServableModel.Computation computation) {
        return new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 1)))),
                computation);
    }

    @Test
    void independentRowsAreBatched() {
        FakeServableModel model = model((inputs, outputs) -> Tensors.rowSums(pool, inputs));

        BatchVerdict verdict = auto(model);

        assertThat(verdict).isEqualTo(BatchVerdict.exact(32, "proved: 8 rows gave equal answers alone and in batches"));
        // One to find inputs that work, eight alone, the first again, all together, all but one in reverse.
        assertThat(model.rowsPerRun()).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 8L, 7L);
    }

    @Test
    void configuredSizeIsKept() {
        FakeServableModel model = model((inputs, outputs) -> Tensors.rowSums(pool, inputs));

        assertThat(proof.decide(model, config(BatchingConfig.Mode.AUTO, 5)).maxRows())
                .isEqualTo(5);
        assertThat(model.rowsPerRun()).endsWith(5L, 4L);
        assertThat(proof.decide(model, config(BatchingConfig.Mode.AUTO, 1)))
                .hasToString("not batched (the configuration allows 1 row per run)");
    }

    @Test
    void rowsThatChangeTheirNeighboursAreNotBatched() {
        FakeServableModel model = model((inputs, outputs) -> {
            List<Float> values = Tensors.floats(inputs.get(0));
            float mean = (float) values.stream().mapToDouble(v -> v).average().orElse(0);
            TensorSet sums = Tensors.rowSums(pool, inputs);
            addToEach(sums, -mean);
            return sums;
        });

        BatchVerdict verdict = auto(model);

        assertThat(verdict.batched()).isFalse();
        assertThat(verdict.maxRows()).isEqualTo(1);
        assertThat(verdict.reason())
                .matches("row answers change with their neighbours: max abs difference [0-9.]+ on output 'y'"
                        + " \\(largest value [0-9.]+, allowed 1e-05 of it\\)");
    }

    @ParameterizedTest
    @ValueSource(floats = {2e-6f, 2e-3f})
    void lastBitsMayDifferButNoMore(float relative) {
        FakeServableModel model = model((inputs, outputs) -> {
            TensorSet sums = Tensors.rowSums(pool, inputs);
            long rows = inputs.get(0).shape().dimension(0);
            Tensor y = sums.tensors().get(0);
            for (int at = 0; at < y.byteSize(); at += 4) {
                y.memory().putFloat(at, y.memory().getFloat(at) * (rows > 1 ? 1 + relative : 1));
            }
            return sums;
        });

        BatchVerdict verdict = auto(model);

        assertThat(verdict.batched()).isEqualTo(relative < 1e-5);
        assertThat(verdict.reason()).contains("max abs difference").contains("allowed 1e-05 of it");
        if (verdict.batched()) {
            assertThat(verdict.reason()).startsWith("proved within tolerance on 8 rows: ");
        }
    }

    @Test
    void placeInTheBatchMustNotMatter() {
        FakeServableModel model = model((inputs, outputs) -> {
            TensorSet sums = Tensors.rowSums(pool, inputs);
            Tensor y = sums.tensors().get(0);
            if (y.shape().dimension(0) == 7) {
                y.memory().putFloat(0, 99);
            }
            return sums;
        });

        assertThat(auto(model).batched()).isFalse();
    }

    @Test
    void answersThatVaryByThemselvesAreNotBatched() {
        AtomicInteger runs = new AtomicInteger();
        FakeServableModel model = model((inputs, outputs) -> {
            TensorSet sums = Tensors.rowSums(pool, inputs);
            addToEach(sums, runs.incrementAndGet());
            return sums;
        });

        assertThat(auto(model).reason()).startsWith("the same row gets different answers: max abs difference");
    }

    private static void addToEach(TensorSet set, float offset) {
        Tensor y = set.tensors().get(0);
        for (int at = 0; at < y.byteSize(); at += 4) {
            y.memory().putFloat(at, y.memory().getFloat(at) + offset);
        }
    }

    @Test
    void outputsWithoutOneRowPerInputRowAreNotBatched() {
        FakeServableModel model = model((inputs, outputs) -> Tensors.floats(pool, "y", Shape.of(1), 7));

        assertThat(auto(model)).isEqualTo(BatchVerdict.off(BatchLevel.NO_ROWS, "output 'y' has shape [1] for 8 rows"));
    }

    @Test
    void integerOutputsMustBeEqual() {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                        List.of(new TensorSpec("label", DataType.UINT8, Shape.of(-1)))),
                (inputs, outputs) -> {
                    int rows = (int) inputs.get(0).shape().dimension(0);
                    TensorBlock block = pool.acquire(rows);
                    for (int i = 0; i < rows; i++) {
                        block.memory().put(i, (byte) (rows > 1 ? i : 0));
                    }
                    return new TensorSet(
                            List.of(new Tensor("label", DataType.UINT8, Shape.of(rows), block.slice(0, rows))), block);
                });

        assertThat(auto(model).reason())
                .isEqualTo("row answers change with their neighbours: output 'label' (UINT8) differs");
    }

    @Test
    void stringsAreComparedElementByElement() {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("s", DataType.BYTES, Shape.of(-1, 2))),
                        List.of(new TensorSpec("t", DataType.BYTES, Shape.of(-1, 2)))),
                (inputs, outputs) -> Tensors.strings(
                        pool,
                        "t",
                        inputs.get(0).shape(),
                        Tensors.strings(inputs.get(0)).stream()
                                .map(s -> s.substring(0, Math.min(s.length(), s.charAt(0) % 4)))
                                .toArray(String[]::new)));

        assertThat(auto(model).batched()).isTrue();
    }

    @Test
    void integersAreDrawnFromTheWidestRangeEachInputTakes() {
        AtomicInteger idMax = new AtomicInteger();
        AtomicInteger kindMax = new AtomicInteger();
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(
                                new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1)),
                                new TensorSpec("kinds", DataType.INT32, Shape.of(-1, -1))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1)))),
                (inputs, outputs) -> {
                    assertThat(inputs.get(0).shape()).isEqualTo(inputs.get(1).shape());
                    int kinds = 0;
                    for (int at = 0; at < inputs.get(1).byteSize(); at += 4) {
                        kinds = Math.max(kinds, inputs.get(1).memory().getInt(at));
                    }
                    if (kinds > 1) {
                        throw new InferenceException(ErrorCode.MODEL_FAILED, "index out of bounds");
                    }
                    kindMax.accumulateAndGet(kinds, Math::max);
                    for (int at = 0; at < inputs.get(0).byteSize(); at += 8) {
                        idMax.accumulateAndGet((int) inputs.get(0).memory().getLong(at), Math::max);
                    }
                    int rows = (int) inputs.get(0).shape().dimension(0);
                    float[] firstIds = new float[rows];
                    for (int i = 0; i < rows; i++) {
                        int at = i * inputs.get(0).byteSize() / rows;
                        firstIds[i] = inputs.get(0).memory().getLong(at);
                    }
                    return Tensors.floats(pool, "y", Shape.of(rows), firstIds);
                });

        assertThat(auto(model).batched()).isTrue();
        assertThat(idMax.get()).isBetween(500, 999);
        assertThat(kindMax.get()).isEqualTo(1);
    }

    /** Without this a quantised transformer passed: masks of large numbers made all its answers NaN. */
    @Test
    void integersAreDrawnSoThatAnswersAreFinite() {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("mask", DataType.INT64, Shape.of(-1, 4))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1)))),
                (inputs, outputs) -> {
                    int rows = (int) inputs.get(0).shape().dimension(0);
                    float[] answers = new float[rows];
                    for (int at = 0; at < rows * 4; at++) {
                        long mask = inputs.get(0).memory().getLong(at * 8);
                        // Mixes rows: every answer depends on the number of rows.
                        answers[at / 4] += mask > 1 ? Float.NaN : mask + rows;
                    }
                    return Tensors.floats(pool, "y", Shape.of(rows), answers);
                });

        assertThat(auto(model).reason()).startsWith("row answers change with their neighbours");
    }

    @Test
    void modelThatRefusesMadeUpRowsIsNotBatched() {
        FakeServableModel model = model((inputs, outputs) -> {
            throw new InferenceException(ErrorCode.MODEL_FAILED, "x must be a valid thing");
        });

        assertThat(auto(model).reason())
                .isEqualTo("could not be proved: model failed on synthetic rows: x must be a valid thing");
    }

    @Test
    void modelThatFailsOnABatchIsNotBatched() {
        FakeServableModel model = model((inputs, outputs) -> {
            if (inputs.get(0).shape().dimension(0) > 1) {
                throw new IllegalStateException("cannot reshape");
            }
            return Tensors.rowSums(pool, inputs);
        });

        assertThat(auto(model).reason()).startsWith("could not be proved: model failed on synthetic rows: ");
    }

    @Test
    void slowModelIsTriedWithFewerRowsAndAVerySlowOneNotAtAll() {
        FakeServableModel slow = model((inputs, outputs) -> {
            clock.advanceMillis(100 * inputs.get(0).shape().dimension(0));
            return Tensors.rowSums(pool, inputs);
        });
        FakeServableModel verySlow = model((inputs, outputs) -> {
            clock.advanceMillis(1500);
            return Tensors.rowSums(pool, inputs);
        });

        assertThat(auto(slow).reason()).isEqualTo("proved: 4 rows gave equal answers alone and in batches");
        assertThat(auto(verySlow).reason())
                .isEqualTo("could not be proved within 2000 ms of wall-clock time; declare"
                        + " batching: {enabled: true} if its rows are independent");
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(Shape.of(1, 4), "declared first dimension of input 'x' is fixed (1)"),
                Arguments.of(Shape.of(), "declared shape of input 'x' has no dimensions"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void inputsWithoutADynamicFirstDimensionAreNotBatched(Shape shape, String reason) {
        FakeServableModel model = new FakeServableModel(
                FakeServableModel.signature(
                        List.of(new TensorSpec("x", DataType.FP32, shape)),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1)))),
                (inputs, outputs) -> {
                    throw new AssertionError("must not run");
                });

        assertThat(auto(model)).isEqualTo(BatchVerdict.off(BatchLevel.NO_ROWS, reason));
        assertThat(proof.decide(model, config(BatchingConfig.Mode.ON, 0)))
                .isEqualTo(BatchVerdict.off(
                        BatchLevel.NO_ROWS, reason + ", although the configuration declares batching"));
    }

    @Test
    void declarationsAreNotProved() {
        FakeServableModel model = model((inputs, outputs) -> {
            throw new AssertionError("must not run");
        });

        assertThat(proof.decide(model, config(BatchingConfig.Mode.ON, 16)))
                .hasToString("batched (declared in the configuration)");
        assertThat(proof.decide(model, config(BatchingConfig.Mode.OFF, 16)))
                .hasToString("not batched (switched off in the configuration)");
    }

    /** A model that finds no memory as many times as {@code failures} says. */
    private FakeServableModel shortOfMemory(ErrorCode code, int failures) {
        AtomicInteger left = new AtomicInteger(failures);
        return model((inputs, outputs) -> {
            if (inputs.get(0).shape().dimension(0) > 1 && left.getAndDecrement() > 0) {
                throw new InferenceException(code, "no memory is left");
            }
            return Tensors.rowSums(pool, inputs);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"OVERLOADED", "DEVICE_OUT_OF_MEMORY"})
    void memoryThatIsShortForAMomentIsNoEvidence(ErrorCode code) {
        assertThat(auto(shortOfMemory(code, 3)).batched()).isTrue();
        assertThat(pauses).hasSize(3);
    }

    @Test
    void memoryThatStaysShortLeavesTheQuestionOpen() {
        BatchVerdict verdict = auto(shortOfMemory(ErrorCode.OVERLOADED, 4));

        assertThat(verdict)
                .isEqualTo(BatchVerdict.off(
                        BatchLevel.NOT_PROVED,
                        "could not be proved: memory was short for 4 runs one after the other, which"
                                + " says nothing about the model (no memory is left); declare batching: {enabled: true} if its"
                                + " rows are independent"));
    }

    @Test
    void rowsThatAreAllAnsweredAlikeProveNothing() {
        FakeServableModel constant = model((inputs, outputs) -> {
            int rows = (int) inputs.get(0).shape().dimension(0);
            return Tensors.floats(pool, "y", Shape.of(rows, 1), new float[rows]);
        });

        assertThat(auto(constant))
                .isEqualTo(BatchVerdict.off(
                        BatchLevel.NOT_PROVED,
                        "could not be proved: every synthetic row gave the same answer; declare"
                                + " batching: {enabled: true} if its rows are independent"));
    }

    @Test
    void otherScalesAreTriedWhenTheRowsAreAllAnsweredAlike() {
        FakeServableModel mixing = model((inputs, outputs) -> {
            TensorSet sums = Tensors.rowSums(pool, inputs);
            Tensor y = sums.tensors().get(0);
            for (int at = 0; at < y.byteSize(); at += 4) {
                // Shows far from the usual values only.
                y.memory().putFloat(at, Math.abs(y.memory().getFloat(at)) > 8 ? y.byteSize() : 0);
            }
            return sums;
        });
        FakeServableModel independent = model((inputs, outputs) -> {
            TensorSet sums = Tensors.rowSums(pool, inputs);
            Tensor y = sums.tensors().get(0);
            for (int at = 0; at < y.byteSize(); at += 4) {
                y.memory().putFloat(at, Math.abs(y.memory().getFloat(at)) > 8 ? 1 : 0);
            }
            return sums;
        });

        assertThat(auto(mixing).reason()).startsWith("row answers change with their neighbours");
        assertThat(auto(independent).batched()).isTrue();
    }

    /** Two inputs of this shape each; notes the bytes of the largest run. */
    private BatchVerdict images(long size, AtomicLong largest) {
        return auto(new FakeServableModel(
                FakeServableModel.signature(
                        List.of(
                                new TensorSpec("a", DataType.FP32, Shape.of(-1, 3, size, size)),
                                new TensorSpec("b", DataType.FP32, Shape.of(-1, 3, size, size))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1)))),
                (inputs, outputs) -> {
                    int rows = (int) inputs.get(0).shape().dimension(0);
                    float[] firsts = new float[rows];
                    for (int i = 0; i < rows; i++) {
                        firsts[i] = inputs.get(1)
                                .memory()
                                .getFloat(i * (inputs.get(1).byteSize() / rows));
                    }
                    largest.accumulateAndGet(2L * inputs.get(0).byteSize(), Math::max);
                    return Tensors.floats(pool, "y", Shape.of(rows), firsts);
                }));
    }

    @Test
    void largeRowsAreTriedInSmallNumbersOrNotAtAll() {
        AtomicLong largest = new AtomicLong();

        assertThat(images(400, largest).reason()).isEqualTo("proved: 4 rows gave equal answers alone and in batches");
        assertThat(largest.get()).isEqualTo(4L * 2 * 3 * 400 * 400 * 4);
        assertThat(images(1150, largest).reason())
                .isEqualTo("could not be proved: two rows of its inputs take more than 16777216 bytes; declare"
                        + " batching: {enabled: true} if its rows are independent");
        assertThat(images(1L << 31, largest).batched()).isFalse();
    }
}
