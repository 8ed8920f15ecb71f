package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.signature;
import static dev.sluice.protocol.DecoderFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.TensorSpec;
import dev.sluice.protocol.RowSchema.Feature;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowSchemaTest {
    private static RowSchema of(List<String> features, TensorSpec... inputs) {
        return RowSchema.of(signature(List.of(inputs), List.of()), features);
    }

    private static void requireUnsupported(RowSchema schema, String reason) {
        assertThat(schema.unsupportedReason()).contains(reason);
        assertThat(schema.features()).isEmpty();
    }

    @Test
    void namesTheColumnsOfASingleInput() {
        RowSchema schema = of(List.of("b", "a"), spec("x", DataType.FP32, -1, 2));

        assertThat(schema.unsupportedReason()).isEmpty();
        assertThat(schema.features()).containsExactly(new Feature("b", DataType.FP32), new Feature("a", DataType.FP32));
        assertThat(schema.featureNames()).containsExactly("b", "a");
        assertThat(schema.isColumns()).isTrue();
        assertThat(of(List.of("a"), spec("x", DataType.INT64, -1, -1)).isColumns())
                .isTrue();
    }

    @Test
    void takesEachInputAsAFeature() {
        RowSchema schema = of(List.of(), spec("age", DataType.FP32, -1, 1), spec("city", DataType.BYTES, -1));

        assertThat(schema.features())
                .containsExactly(new Feature("age", DataType.FP32), new Feature("city", DataType.BYTES));
        assertThat(schema.isColumns()).isFalse();
        assertThat(of(List.of("city", "age"), spec("age", DataType.FP32, -1), spec("city", DataType.BYTES, -1))
                        .featureNames())
                .containsExactly("age", "city");
    }

    @Test
    void namesTheOnlyFeatureOfASingleInput() {
        assertThat(of(List.of("text"), spec("x", DataType.BYTES, -1)).features())
                .containsExactly(new Feature("text", DataType.BYTES));
    }

    @Test
    void saysWhyAModelCannotBeCalledWithRows() {
        requireUnsupported(of(List.of()), "the model has no inputs");
        requireUnsupported(
                of(List.of(), spec("x", DataType.FP32, -1, 4)),
                "input 'x' FP32 [-1, 4] is not one feature, [N] or [N, 1]; list the names of its columns as features in"
                        + " model.yaml");
        requireUnsupported(
                of(List.of(), spec("a", DataType.FP32, -1), spec("x", DataType.FP32, -1, 4)),
                "input 'x' FP32 [-1, 4] is not one feature, [N] or [N, 1]");
        requireUnsupported(
                of(List.of("a", "b"), spec("x", DataType.FP32, -1, 4)),
                "features lists 2 names, but the input is 'x' FP32 [-1, 4]");
        requireUnsupported(
                of(List.of("a", "b"), spec("x", DataType.BYTES, -1, 2)),
                "features names columns, which needs a numeric input of shape [N, F], but it is 'x' BYTES [-1, 2]");
        requireUnsupported(
                of(List.of("a", "b"), spec("x", DataType.FP32, -1, 2, 2)),
                "features names columns, which needs a numeric input of shape [N, F], but it is 'x' FP32 [-1, 2, 2]");
        requireUnsupported(
                of(List.of("a", "c"), spec("a", DataType.FP32, -1), spec("b", DataType.FP32, -1)),
                "the model has 2 inputs, and features does not list exactly their names");
        requireUnsupported(of(List.of("a", "a"), spec("x", DataType.FP32, -1, 2)), "features lists 'a' twice");
        requireUnsupported(of(List.of("a", ""), spec("x", DataType.FP32, -1, 2)), "features lists ''");
        requireUnsupported(of(List.of(), spec("x", DataType.FP16, -1)), "input 'x' FP16 [-1] has no JSON form");
    }
}
