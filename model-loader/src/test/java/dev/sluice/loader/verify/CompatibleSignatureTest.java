package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompatibleSignatureTest {
    private static final TensorSpec X = tensor("x", DataType.FP32, -1, 4);
    private static final TensorSpec Y = tensor("y", DataType.FP32, -1, 2);
    private static final ModelSignature BEFORE = signature(List.of(X), List.of(Y), Map.of("y", List.of("no", "yes")));

    private static TensorSpec tensor(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }

    private static ModelSignature signature(
            List<TensorSpec> inputs, List<TensorSpec> outputs, Map<String, List<String>> labels) {
        return new ModelSignature("onnx_onnxv1", inputs, outputs, labels);
    }

    private static String difference(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return CompatibleSignature.difference(BEFORE, signature(inputs, outputs, BEFORE.labels()));
    }

    @Test
    void theSameIsCompatible() {
        assertThat(CompatibleSignature.difference(BEFORE, BEFORE)).isEmpty();
    }

    @Test
    void anInputThatTakesMoreIsCompatible() {
        assertThat(difference(List.of(tensor("x", DataType.FP32, -1, -1)), List.of(Y)))
                .isEmpty();
    }

    @Test
    void anotherOutputIsCompatible() {
        assertThat(difference(List.of(X), List.of(Y, tensor("z", DataType.INT64, -1))))
                .isEmpty();
    }

    @Test
    void namesWhatWouldBreakACaller() {
        assertThat(difference(List.of(), List.of(Y))).isEqualTo("input 'x' is gone");
        assertThat(difference(List.of(X, tensor("w", DataType.FP32, -1)), List.of(Y)))
                .isEqualTo("input 'w' is new");
        assertThat(difference(List.of(tensor("x", DataType.FP64, -1, 4)), List.of(Y)))
                .isEqualTo("input 'x' was FP32 [-1, 4] and is FP64 [-1, 4]");
        assertThat(difference(List.of(tensor("x", DataType.FP32, -1, 5)), List.of(Y)))
                .isEqualTo("input 'x' was FP32 [-1, 4] and is FP32 [-1, 5]");
        assertThat(difference(List.of(X), List.of())).isEqualTo("output 'y' is gone");
        assertThat(difference(List.of(X), List.of(tensor("y", DataType.FP32, -1, -1))))
                .isEqualTo("output 'y' was FP32 [-1, 2] and is FP32 [-1, -1]");
    }

    @Test
    void labelsKeepTheirPlaces() {
        assertThat(CompatibleSignature.difference(
                        BEFORE, signature(List.of(X), List.of(Y), Map.of("y", List.of("yes", "no")))))
                .isEqualTo("label 0 of output 'y' was 'no' and is 'yes'");
        assertThat(CompatibleSignature.difference(BEFORE, signature(List.of(X), List.of(Y), Map.of())))
                .isEqualTo("label 0 of output 'y' was 'no' and is none");
        assertThat(CompatibleSignature.difference(
                        BEFORE, signature(List.of(X), List.of(Y), Map.of("y", List.of("no", "yes", "maybe")))))
                .isEmpty();
    }
}
