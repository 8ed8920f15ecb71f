package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnnxServableModelTest {
    private static final TestModels MODELS = new TestModels();

    @AfterEach
    void givesAllMemoryBack() {
        assertThat(MODELS.pool.bytesInUse()).isZero();
    }

    @Test
    void runsScalars() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("scalar")) {
            Tensor output = TestModels.runOnce(model, "y", TestModels.fp32("x", Shape.of(), 21));

            assertThat(output.shape()).isEqualTo(Shape.of());
            assertThat(TestModels.floats(output)).containsExactly(42f);
        }
    }

    @Test
    void returnsOutputsInTheOrderWantedFromOneBlock() throws ModelLoadException {
        Tensor a = TestModels.fp32("a", Shape.of(1, 4), 1, 2, 3, 4);
        Tensor b = TestModels.fp32("b", Shape.of(1, 4), 4, 3, 2, 1);

        try (OnnxServableModel model = MODELS.load("two-inputs")) {
            TensorSet outputs = model.run(List.of(a, b), List.of("difference", "sum"));

            assertThat(outputs.tensors().get(0).name()).isEqualTo("difference");
            assertThat(TestModels.floats(outputs.tensors().get(0))).containsExactly(-3f, -1f, 1f, 3f);
            assertThat(TestModels.floats(outputs.tensors().get(1))).containsExactly(5f, 5f, 5f, 5f);
            assertThat(MODELS.pool.bytesInUse()).isEqualTo(256);
            outputs.release();
        }
    }

    @Test
    void copiesNumbersBesideText() throws ModelLoadException {
        List<Tensor> inputs = List.of(
                TestModels.fp32("age", Shape.of(2, 1), 20, 40),
                TestModels.fp32("income", Shape.of(2, 1), 1000, 0),
                TestModels.text("city", Shape.of(2, 1), "Kraków", "😀"),
                new Tensor(
                        "member",
                        DataType.BOOL,
                        Shape.of(2, 1),
                        TestModels.direct(2).put((byte) 1).put((byte) 0).flip()),
                TestModels.int64("visits", Shape.of(2, 1), 3, 0));

        try (OnnxServableModel model = MODELS.load("mixed-inputs")) {
            TensorSet outputs = model.run(inputs, List.of("city_out", "score"));

            assertThat(model.isPinned("score")).isTrue();
            assertThat(model.isPinned("city_out")).isFalse();
            assertThat(TestModels.texts(outputs.tensors().get(0))).containsExactly("Kraków", "😀");
            assertThat(TestModels.floats(outputs.tensors().get(1))).containsExactly(27f, 20f);
            outputs.release();
        }
    }

    @Test
    void answersTheSameWhetherItsMemoryIsAllocatedAheadOrNot() throws ModelLoadException {
        float[] image = new float[4 * 3 * 64 * 64];
        Random random = new Random(3);
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat();
        }
        Tensor input = TestModels.fp32("x", Shape.of(4, 3, 64, 64), image);

        try (OnnxServableModel pinned = MODELS.load("cnn");
                OnnxServableModel copied = MODELS.load("cnn")) {
            copied.stopPredicting("logits");

            assertThat(pinned.isPinned("logits")).isTrue();
            assertThat(copied.isPinned("logits")).isFalse();
            assertThat(TestModels.runOnce(copied, "logits", input).data())
                    .isEqualTo(TestModels.runOnce(pinned, "logits", input).data());
        }
    }

    @Test
    void returnsTheRealShapeWhereTheDeclaredOneIsWrong() throws ModelLoadException {
        Tensor input = TestModels.fp32("x", Shape.of(1, 2), 1, 2);

        try (OnnxServableModel model = MODELS.load("mislabelled")) {
            assertThat(model.isPinned("y")).isTrue();
            for (int i = 0; i < 3; i++) {
                Tensor output = TestModels.runOnce(model, "y", input);

                assertThat(output.shape()).isEqualTo(Shape.of(2, 2));
                assertThat(TestModels.floats(output)).containsExactly(1f, 2f, 1f, 2f);
                assertThat(model.isPinned("y")).isFalse();
            }
        }
    }

    @Test
    void returnsShapesThatDependOnTheData() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("nonzero")) {
            Tensor some = TestModels.runOnce(model, "positions", TestModels.fp32("x", Shape.of(2, 2), 0, 5, 0, 6));
            Tensor none = TestModels.runOnce(model, "positions", TestModels.fp32("x", Shape.of(1, 2), 0, 0));

            assertThat(some.shape()).isEqualTo(Shape.of(2, 2));
            assertThat(TestModels.longs(some)).containsExactly(0, 1, 1, 1);
            assertThat(none.shape()).isEqualTo(Shape.of(0, 2));
            assertThat(model.isPinned("positions")).isFalse();
        }
    }

    @Test
    void keepsAllocatingAheadForTheOutputsThatAreDeclaredRightly() throws ModelLoadException {
        Tensor input = TestModels.fp32("X", Shape.of(2, 4), 5.1f, 3.5f, 1.4f, 0.2f, 6.2f, 2.8f, 4.8f, 1.8f);

        try (OnnxServableModel model = MODELS.load("exports/lightgbm-multiclass")) {
            model.run(List.of(input), List.of("label", "probabilities")).release();

            assertThat(model.isPinned("label")).isFalse();
            assertThat(model.isPinned("probabilities")).isTrue();
        }
    }

    @Test
    void readsInputsInHeapMemory() throws ModelLoadException {
        Tensor input = new Tensor("x", DataType.FP32, Shape.of(), ByteBuffer.allocate(4));

        try (OnnxServableModel model = MODELS.load("scalar")) {
            assertThat(TestModels.floats(TestModels.runOnce(model, "y", input))).containsExactly(0f);
        }
    }

    @Test
    void hidesTheRuntimesTextFromClients() throws ModelLoadException {
        Tensor outside = TestModels.int64("indices", Shape.of(1, 1), 99);

        try (OnnxServableModel model = MODELS.load("gather")) {
            assertThatThrownBy(() -> model.run(List.of(outside), List.of("y")))
                    .isInstanceOfSatisfying(
                            InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_FAILED))
                    .hasMessage("model m@1 failed while running")
                    .cause()
                    .isInstanceOf(OrtException.class)
                    .hasMessageContaining("idx=99");
            assertThat(model.isPinned("y")).isTrue();
        }
    }

    @Test
    void saysWhenTheDeviceHasNoMemory() throws OrtException {
        OrtException cause = new OrtException("BFCArena: Failed to allocate memory for requested buffer of size 1");

        InferenceException failure = RuntimeErrors.ofRun(new ModelKey("m", 2), cause);

        assertThat(failure.code()).isEqualTo(ErrorCode.DEVICE_OUT_OF_MEMORY);
        assertThat(failure).hasMessage("model m@2: the device has no memory for this run");
    }

    @Test
    void failsAsOverloadedWhenThePoolIsExhausted() throws ModelLoadException {
        TensorPool small = new TensorPool(1 << 20);
        Tensor input = TestModels.fp32("x", Shape.of(1 << 10, 1 << 9), new float[1 << 19]);

        try (OnnxServableModel model = (OnnxServableModel) new OnnxModelLoader(small, 1, true)
                .load(new ModelKey("m", 1), TestModels.file("identity-float32"), RuntimeOptions.DEFAULT)) {
            assertThatThrownBy(() -> model.run(List.of(input), List.of("y")))
                    .isInstanceOfSatisfying(
                            InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
        }
        assertThat(small.bytesInUse()).isZero();
    }

    @Test
    void answersTheSameOnEightThreadsAtOnce() throws ModelLoadException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (OnnxServableModel model = MODELS.load("mlp")) {
            Tensor input = TestModels.fp32("x", Shape.of(4, 16), new float[64]);
            ByteBuffer expected =
                    TestModels.runOnce(model, "probabilities", input).data();
            List<Future<Integer>> differing = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                differing.add(threads.submit(() -> {
                    int different = 0;
                    for (int i = 0; i < 200; i++) {
                        if (!TestModels.runOnce(model, "probabilities", input)
                                .data()
                                .equals(expected)) {
                            different++;
                        }
                    }
                    return different;
                }));
            }
            for (Future<Integer> count : differing) {
                assertThat(count.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void opensRunsAndClosesAgainAndAgain() throws ModelLoadException {
        Tensor input = TestModels.fp32("x", Shape.of(1, 16), new float[16]);
        for (int i = 0; i < 50; i++) {
            try (OnnxServableModel model = MODELS.load("mlp")) {
                TestModels.runOnce(model, "probabilities", input);
            }
            assertThat(MODELS.pool.bytesInUse()).isZero();
        }
    }
}
