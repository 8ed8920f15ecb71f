package dev.sluice.loader.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeRowsTest {
    private final TensorPool pool = new TensorPool(64 << 20);
    private final BatchProof proof = new BatchProof(new FakeNanoClock());

    private FakeServableModel model(TensorSpec... inputs) {
        return new FakeServableModel(
                FakeServableModel.signature(List.of(inputs), List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1)))),
                (tensors, outputs) -> Tensors.floats(pool, "y", Shape.of(1), 1));
    }

    private ProbeRows rows(TensorSpec... inputs) {
        return requireNonNull(proof.rows(model(inputs)).rows());
    }

    private static TensorSpec fp32(long... shape) {
        return new TensorSpec("x", DataType.FP32, Shape.of(shape));
    }

    @Test
    void makesAsManyRowsAsAreAskedForOverOneMemory() {
        ProbeBatches batches = rows(fp32(-1, 3)).make(20);

        for (int count : new int[] {1, 8, 13, 20}) {
            Tensor tensor = batches.next(count).get(0);
            assertThat(tensor.shape()).isEqualTo(Shape.of(count, 3));
            assertThat(tensor.byteSize()).isEqualTo(12 * count);
        }
    }

    @Test
    void smallRowsComeAgainOnlyAfterAThousandOthers() {
        ProbeBatches batches = rows(fp32(-1, 1)).make(20);
        Set<Float> values = new HashSet<>();
        float first = batches.next(1).get(0).memory().getFloat(0);
        values.add(first);
        for (int row = 1; row < 1024; row++) {
            values.add(batches.next(1).get(0).memory().getFloat(0));
        }

        assertThat(values).hasSizeGreaterThan(1000);
        assertThat(batches.next(1).get(0).memory().getFloat(0)).isEqualTo(first);
    }

    @Test
    void eightLargeRowsDifferAndFollowEachOther() {
        int elements = 100_000;
        Tensor tensor = rows(fp32(-1, elements)).make(20).next(20).get(0);
        Set<Float> values = new HashSet<>();
        for (int row = 0; row < 20; row++) {
            float value = tensor.memory().getFloat(4 * elements * row);
            values.add(value);
            assertThat(value).isEqualTo(tensor.memory().getFloat(4 * elements * (row % 8)));
        }

        assertThat(values).hasSize(8);
    }

    @Test
    void textsOfDifferentLengthsFollowEachOtherToo() {
        ProbeBatches batches =
                rows(new TensorSpec("x", DataType.BYTES, Shape.of(-1, 1))).make(20);

        List<String> texts = Tensors.strings(batches.next(20).get(0));

        assertThat(texts).hasSize(20);
        assertThat(Tensors.strings(batches.next(20).get(0))).isNotEqualTo(texts);
    }

    @Test
    void fixedAndScalarInputsKeepTheirShapes() {
        List<Tensor> tensors = rows(
                        fp32(2, 3),
                        new TensorSpec("rate", DataType.FP32, Shape.of()),
                        new TensorSpec("state", DataType.FP32, Shape.of(3, -1, 4)))
                .make(1)
                .next(1);

        assertThat(tensors).extracting(Tensor::shape).containsExactly(Shape.of(2, 3), Shape.of(), Shape.of(3, 32, 4));
    }

    @Test
    void lengthsAreThoseOfTheDynamicDimensions() {
        assertThat(rows(fp32(-1, 3)).cellsPerRow()).isEqualTo(1);
        assertThat(rows(fp32(-1, -1)).cellsPerRow()).isEqualTo(32);
        assertThat(rows(fp32(-1, 3, -1, -1)).cellsPerRow()).isEqualTo(64);
    }

    @Test
    void comparableRowsAreNoLargerButForTexts() {
        assertThat(rows(fp32(-1, 3)).comparableRowBytes()).isEqualTo(12);
        assertThat(rows(fp32(-1, -1)).comparableRowBytes()).isEqualTo(128);
        assertThat(rows(new TensorSpec("x", DataType.BYTES, Shape.of(-1, 2))).comparableRowBytes())
                .isEqualTo(512);
    }

    @Test
    void thereAreNoMoreRowsThanMemoryForThem() {
        assertThat(rows(fp32(-1, 1 << 20)).countMax()).isEqualTo(4);
        assertThat(rows(fp32(-1, 4 << 20)).countMax()).isEqualTo(1);
    }

    @Test
    void aRowThatIsTooLargeIsNotMade() {
        assertThat(proof.rows(model(fp32(-1, 5 << 20))))
                .isEqualTo(FoundRows.none("one row of its inputs takes more than 16777216 bytes"));
    }

    @Test
    void aModelThatTakesNoRowsSaysSo() {
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            throw new InferenceException(ErrorCode.MODEL_FAILED, "no such id");
        });

        assertThat(proof.rows(model)).isEqualTo(FoundRows.none("the model failed on made-up inputs: no such id"));
    }
}
