package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureOrderTest {
    private static final Shape SHAPE = Shape.of(-1, 3);

    private static Feature column(String name, int index) {
        return new Feature(name, "x", index, DataType.FP32, SHAPE);
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return new ModelSignature("onnx", List.of(inputs), List.of(), Map.of());
    }

    /** The expected text and hash were computed by Python's json and hashlib. */
    @Test
    void hashesWhatPythonWrites() {
        FeatureOrder order =
                new FeatureOrder(List.of(column("age", 0), column("Größe \"m\"\t\\", 1), column("\u0001", 2)));

        assertThat(order.canonical())
                .isEqualTo("[[\"age\",\"x\",0,\"FP32\",[-1,3]],[\"Größe \\\"m\\\"\\t\\\\\",\"x\",1,\"FP32\",[-1,3]],"
                        + "[\"\\u0001\",\"x\",2,\"FP32\",[-1,3]]]");
        assertThat(order.sha256()).isEqualTo("a65fa04da04b03c28415d86ce8de728ea6f7f350bf4d09977300e572b3171bf5");
    }

    @Test
    void anotherOrderHasAnotherHash() {
        FeatureOrder one = new FeatureOrder(List.of(column("a", 0), column("b", 1)));
        FeatureOrder other = new FeatureOrder(List.of(column("b", 0), column("a", 1)));

        assertThat(one.sha256()).isNotEqualTo(other.sha256());
    }

    @Test
    void namesTheColumnsOfAnOnlyInput() {
        ModelSignature signature = signature(new TensorSpec("x", DataType.FP32, SHAPE));

        assertThat(FeatureOrder.of(signature, List.of("a", "b", "c")).features())
                .containsExactly(column("a", 0), column("b", 1), column("c", 2));
        assertThatThrownBy(() -> FeatureOrder.of(signature, List.of("a", "b")))
                .hasMessage("2 features do not fit the last dimension of input 'x' [-1, 3]");
    }

    @Test
    void takesEachInputForAFeatureWhereColumnsHaveNoNames() {
        ModelSignature signature = signature(
                new TensorSpec("age", DataType.FP32, Shape.of(-1, 1)),
                new TensorSpec("city", DataType.BYTES, Shape.of(-1, 1)));
        List<Feature> features = List.of(
                new Feature("age", "age", Feature.WHOLE, DataType.FP32, Shape.of(-1, 1)),
                new Feature("city", "city", Feature.WHOLE, DataType.BYTES, Shape.of(-1, 1)));

        assertThat(FeatureOrder.of(signature, List.of()).features()).isEqualTo(features);
        assertThat(FeatureOrder.of(signature, List.of("city", "age")).features())
                .isEqualTo(features);
        assertThatThrownBy(() -> FeatureOrder.of(signature, List.of("age", "town")))
                .hasMessage("features name the columns of a single input, the model has 2: age, city");
    }

    @Test
    void refusesColumnsThatAreNotSideBySide() {
        Feature apart = new Feature("z", "z", Feature.WHOLE, DataType.FP32, SHAPE);

        assertThatThrownBy(() -> new FeatureOrder(List.of(column("a", 1))))
                .hasMessage("feature 'a' must have index 0 of input 'x', got 1");
        assertThatThrownBy(() -> new FeatureOrder(List.of(column("a", 0), apart, column("b", 1))))
                .hasMessage("features of input 'x' must follow each other, but 'b' stands apart");
        assertThatThrownBy(() -> new FeatureOrder(List.of()))
                .hasMessage("there must be between 1 and 100000 features, got 0");
    }
}
