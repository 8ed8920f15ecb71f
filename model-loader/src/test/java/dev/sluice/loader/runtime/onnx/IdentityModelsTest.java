package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdentityModelsTest {
    private static final TestModels MODELS = new TestModels();

    static Stream<Arguments> fixedSizeTypes() {
        return Stream.of(
                Arguments.of("identity-bool", DataType.BOOL),
                Arguments.of("identity-uint8", DataType.UINT8),
                Arguments.of("identity-uint16", DataType.UINT16),
                Arguments.of("identity-uint32", DataType.UINT32),
                Arguments.of("identity-uint64", DataType.UINT64),
                Arguments.of("identity-int8", DataType.INT8),
                Arguments.of("identity-int16", DataType.INT16),
                Arguments.of("identity-int32", DataType.INT32),
                Arguments.of("identity-int64", DataType.INT64),
                Arguments.of("identity-float16", DataType.FP16),
                Arguments.of("identity-bfloat16", DataType.BF16),
                Arguments.of("identity-float32", DataType.FP32),
                Arguments.of("identity-float64", DataType.FP64));
    }

    @ParameterizedTest
    @MethodSource("fixedSizeTypes")
    void declaresTypeAndShape(String name, DataType type) throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load(name)) {
            assertThat(model.signature().platform()).isEqualTo("onnx_onnxv1");
            assertThat(model.signature().inputs()).containsExactly(new TensorSpec("x", type, Shape.of(-1, -1)));
            assertThat(model.signature().outputs()).containsExactly(new TensorSpec("y", type, Shape.of(-1, -1)));
        }
    }

    /** All bits set, alternating bits and random ones: signs, extremes, infinities, signalling and quiet NaN payloads. */
    @ParameterizedTest
    @MethodSource("fixedSizeTypes")
    void returnsEveryBitPatternUnchanged(String name, DataType type) throws ModelLoadException {
        ByteBuffer data = TestModels.direct(64 * 32 * type.byteSize());
        new Random(7).ints(data.capacity(), 0, 256).forEach(value -> data.put((byte) value));
        for (int i = 0; i < 64 * type.byteSize(); i++) {
            data.put(i, (byte) (i < 16 ? 0xFF : i < 32 ? 0x7F : i < 48 ? 0x80 : 0));
        }
        data.flip();
        if (type == DataType.BOOL) {
            for (int i = 0; i < data.capacity(); i++) {
                data.put(i, (byte) (data.get(i) & 1));
            }
        }
        Tensor input = new Tensor("x", type, Shape.of(64, 32), data);

        try (OnnxServableModel model = MODELS.load(name)) {
            Tensor output = TestModels.runOnce(model, "y", input);

            assertThat(output.dataType()).isEqualTo(type);
            assertThat(output.shape()).isEqualTo(input.shape());
            assertThat(output.data()).isEqualTo(input.data());
            assertThat(model.isPinned("y")).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("fixedSizeTypes")
    void runsWithoutAnyElement(String name, DataType type) throws ModelLoadException {
        Tensor input = new Tensor("x", type, Shape.of(0, 3), TestModels.direct(0));

        try (OnnxServableModel model = MODELS.load(name)) {
            Tensor output = TestModels.runOnce(model, "y", input);

            assertThat(output.shape()).isEqualTo(Shape.of(0, 3));
            assertThat(output.byteSize()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("fixedSizeTypes")
    void readsMemoryThatIsNotAligned(String name, DataType type) throws ModelLoadException {
        ByteBuffer body = TestModels.direct(1 + 3 * type.byteSize());
        for (int i = 0; i < 3 * type.byteSize(); i++) {
            body.put(1 + i, (byte) 1);
        }
        Tensor input = new Tensor("x", type, Shape.of(1, 3), body.position(1));

        try (OnnxServableModel model = MODELS.load(name)) {
            TensorSet outputs = model.run(List.of(input), List.of("y"));

            assertThat(outputs.tensors().get(0).data()).isEqualTo(input.data());
            outputs.release();
        }
        assertThat(MODELS.pool.bytesInUse()).isZero();
    }
}
