package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfiguredSignatureTest {
    private static final TensorSpec X = new TensorSpec("x", DataType.FP32, Shape.of(-1, 2));
    private static final List<TensorSpec> OUTPUTS = List.of(
            new TensorSpec("p", DataType.FP32, Shape.of(-1, 3)),
            new TensorSpec("q", DataType.FP32, Shape.of(-1, -1)),
            new TensorSpec("label", DataType.INT64, Shape.of(1)));

    private static ModelSignature file(TensorSpec... inputs) {
        return new ModelSignature("fake", List.of(inputs), OUTPUTS, Map.of("p", List.of("0", "1", "2")));
    }

    private static ModelConfig config(List<String> features, Map<String, List<String>> labels) {
        return new ModelConfig(
                VersionPolicy.newest(), BatchingConfig.DEFAULT, RuntimeOptions.DEFAULT, features, labels);
    }

    @Test
    void configuredLabelsAddToAndOverrideThoseOfTheFile() throws ModelLoadException {
        ModelSignature signature = ConfiguredSignature.of(
                file(X),
                config(
                        List.of("age", "income"),
                        Map.of("p", List.of("a", "b", "c"), "q", List.of("d"), "label", List.of("a", "b", "c"))));

        assertThat(signature.labels("p")).containsExactly("a", "b", "c");
        assertThat(signature.labels("q")).containsExactly("d");
        assertThat(signature.labels("label")).hasSize(3);
        assertThat(ConfiguredSignature.of(file(X), ModelConfig.DEFAULT).labels("p"))
                .containsExactly("0", "1", "2");
    }

    static Stream<Arguments> misfits() {
        List<String> two = List.of("a", "b");
        return Stream.of(
                Arguments.of(
                        file(X),
                        config(List.of(), Map.of("p", two)),
                        "labels",
                        "output 'p' has 3 classes, 2 labels are configured"),
                Arguments.of(
                        file(X),
                        config(List.of(), Map.of("z", two)),
                        "labels",
                        "labels are configured for output 'z', the model has 'p', 'q', 'label'"),
                Arguments.of(
                        file(X),
                        config(List.of("a"), Map.of()),
                        "features",
                        "input 'x' has 2 columns, 1 features are configured"),
                Arguments.of(
                        file(X, new TensorSpec("w", DataType.FP32, Shape.of(-1, 2))),
                        config(two, Map.of()),
                        "features",
                        "features name the columns of a single input, the model has 'x', 'w'"),
                Arguments.of(
                        file(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2, 2))),
                        config(two, Map.of()),
                        "features",
                        "features need an input of shape [rows, columns], input 'x' has [-1, 2, 2]"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void refusesWhatDoesNotFitTheFile(ModelSignature file, ModelConfig config, String step, String message) {
        assertThatThrownBy(() -> ConfiguredSignature.of(file, config))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo(step))
                .hasMessage(message);
    }
}
