package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs whose memory cannot be allocated ahead, or not as declared. */
class OutputOriginTest {
    private final TestModels models = new TestModels();

    @TempDir
    Path folder;

    /** What another client's request left behind in the memory that the next answers get. */
    @BeforeEach
    void soilThePool() {
        List<TensorBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (int size = 256; size <= 4096; size *= 2) {
                TensorBlock block = models.pool.acquire(size);
                for (int at = 0; at < size; at += 4) {
                    block.memory().putFloat(at, 666);
                }
                blocks.add(block);
            }
        }
        blocks.forEach(TensorBlock::release);
    }

    @AfterEach
    void givesAllMemoryBack() {
        assertThat(models.pool.bytesInUse()).isZero();
    }

    private static BuiltModel relu() {
        return new BuiltModel()
                .input("x", TensorProto.DataType.FLOAT_VALUE, "N", "2")
                .node("Relu", "x", "y")
                .output("y", TensorProto.DataType.FLOAT_VALUE, "N", "2");
    }

    private List<float[]> run(BuiltModel built, String... outputs) throws ModelLoadException, IOException {
        try (OnnxServableModel model = models.load(built.in(folder), RuntimeOptions.DEFAULT)) {
            TensorSet answer = model.run(List.of(TestModels.fp32("x", Shape.of(2, 2), -1, 2, -3, 4)), List.of(outputs));
            List<float[]> values =
                    answer.tensors().stream().map(TestModels::floats).toList();
            answer.release();
            return values;
        }
    }

    @Test
    void inputThatIsAnOutputTooIsGivenBackAsItCame() throws ModelLoadException, IOException {
        BuiltModel built = relu().output("x", TensorProto.DataType.FLOAT_VALUE, "N", "2");

        assertThat(run(built, "y", "x")).containsExactly(new float[] {0, 2, 0, 4}, new float[] {-1, 2, -3, 4});
        assertThat(run(built, "x")).containsExactly(new float[] {-1, 2, -3, 4});
    }

    @Test
    void inputWithADefaultThatIsAnOutputTooIsItsDefault() throws ModelLoadException, IOException {
        BuiltModel built = relu().input("w", TensorProto.DataType.FLOAT_VALUE, "3")
                .initializer(BuiltModel.floats("w", 7, 8, 9))
                .output("w", TensorProto.DataType.FLOAT_VALUE, "3");

        assertThat(run(built, "w", "y")).containsExactly(new float[] {7, 8, 9}, new float[] {0, 2, 0, 4});
    }

    @Test
    void constantsThatAreOutputsAreTheirValues() throws ModelLoadException, IOException {
        BuiltModel built = relu().initializer(BuiltModel.floats("w", 7, 8, 9))
                .output("w", TensorProto.DataType.FLOAT_VALUE, "3")
                .node(NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput("c")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(BuiltModel.floats("c", 5, 6))))
                .output("c", TensorProto.DataType.FLOAT_VALUE, "2")
                .node("Relu", "w", "folded")
                .output("folded", TensorProto.DataType.FLOAT_VALUE, "3");

        assertThat(run(built, "w", "c", "folded"))
                .containsExactly(new float[] {7, 8, 9}, new float[] {5, 6}, new float[] {7, 8, 9});
    }

    @Test
    void inputThatPassesThroughNodesIsGivenBackAsItCame() throws ModelLoadException, IOException {
        BuiltModel built = relu().node("Identity", "x", "same")
                .node("Dropout", "x", "kept")
                .output("same", TensorProto.DataType.FLOAT_VALUE, "N", "2")
                .output("kept", TensorProto.DataType.FLOAT_VALUE, "N", "2");

        assertThat(run(built, "same", "kept", "y"))
                .containsExactly(new float[] {-1, 2, -3, 4}, new float[] {-1, 2, -3, 4}, new float[] {0, 2, 0, 4});
    }

    @Test
    void onlyWhatANodeComputesIsAllocatedAhead() throws ModelLoadException, IOException {
        BuiltModel built = relu().output("x", TensorProto.DataType.FLOAT_VALUE, "N", "2")
                .initializer(BuiltModel.floats("w", 7, 8, 9))
                .output("w", TensorProto.DataType.FLOAT_VALUE, "3");

        try (OnnxServableModel model = models.load(built.in(folder), RuntimeOptions.DEFAULT)) {
            assertThat(model.isPinned("y")).isTrue();
            assertThat(model.isPinned("x")).isFalse();
            assertThat(model.isPinned("w")).isFalse();
        }
    }

    /** The runtime knows that there are three values; the file says one per row. */
    @Test
    void returnsTheRealShapeWhereTheRuntimeKnowsItBetterThanTheFile() throws ModelLoadException, IOException {
        BuiltModel length = relu().initializer(BuiltModel.floats("w", 7, 8, 9))
                .node("Abs", "w", "v")
                .output("v", TensorProto.DataType.FLOAT_VALUE, "N");
        BuiltModel rank = relu().initializer(BuiltModel.floats("w", 7, 8, 9))
                .node("Abs", "w", "v")
                .output("v", TensorProto.DataType.FLOAT_VALUE, "N", "N");

        assertThat(run(length, "v", "y")).containsExactly(new float[] {7, 8, 9}, new float[] {0, 2, 0, 4});
        assertThat(run(rank, "v", "y")).containsExactly(new float[] {7, 8, 9}, new float[] {0, 2, 0, 4});
    }

    @Test
    void knowsTheRuntimesWordsForAWrongPrediction() {
        for (String text : List.of(
                "Error code - ORT_INVALID_ARGUMENT - message: Got invalid dimensions for output: y for the following"
                        + " indices\n index: 0 Got: 2 Expected: 3\n Please fix either the inputs/outputs or the model.",
                "Error code - ORT_INVALID_ARGUMENT - message: Invalid rank for output: y Got: 2 Expected: 1 Please fix"
                        + " either the inputs/outputs or the model.")) {
            assertThat(RuntimeErrors.isAboutShape(new OrtException(text))).isTrue();
        }
        assertThat(RuntimeErrors.isAboutShape(new OrtException("index out of bounds")))
                .isFalse();
    }

    @Test
    void returnsWhatComesOutWhereTheDeclaredShapeWouldFillEveryMemory() throws ModelLoadException, IOException {
        BuiltModel built = relu().node("NonZero", "x", "positions")
                .output("positions", TensorProto.DataType.INT64_VALUE, "N", "1099511627776");

        try (OnnxServableModel model = models.load(built.in(folder), RuntimeOptions.DEFAULT)) {
            assertThat(model.isPinned("positions")).isTrue();
            TensorSet answer =
                    model.run(List.of(TestModels.fp32("x", Shape.of(2, 2), 1, 0, 0, 1)), List.of("y", "positions"));

            assertThat(TestModels.longs(answer.tensors().get(1))).containsExactly(0, 1, 0, 1);
            assertThat(model.isPinned("positions")).isFalse();
            assertThat(model.isPinned("y")).isTrue();
            answer.release();
        }
    }
}
