package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierExportsTest {
    private static final TestModels MODELS = new TestModels();

    @ParameterizedTest
    @CsvSource({
        "sklearn-forest-int-labels, output_label, output_probability",
        "sklearn-pipeline-string-labels, output_label, output_probability",
        "sklearn-hist-gradient-boosting-missing, output_label, output_probability",
        "sklearn-logistic-binary, output_label, output_probability",
        "sklearn-logistic-no-zipmap, label, probabilities",
        "lightgbm-binary, label, probabilities",
        "lightgbm-multiclass, label, probabilities",
        "xgboost-binary, label, probabilities",
        "xgboost-multiclass, label, probabilities",
    })
    void answersAsTheTrainingLibraryDoes(String name, String label, String probabilities)
            throws IOException, ModelLoadException {
        JsonNode expected = expected(name);
        List<String> classes = texts(expected.get("classes"));

        try (OnnxServableModel model = MODELS.load("exports/" + name)) {
            for (int repetition = 0; repetition < 2; repetition++) {
                TensorSet outputs = model.run(List.of(rows(expected)), List.of(probabilities, label));
                Tensor scores = outputs.tensors().get(0);

                assertThat(model.signature().labels(probabilities)).isEqualTo(classes);
                assertThat(model.signature().labels(label)).isEmpty();
                assertThat(scores.shape())
                        .isEqualTo(Shape.of(expected.get("rows").size(), classes.size()));
                assertRows(TestModels.floats(scores), expected.get("probabilities"));
                assertThat(labels(outputs.tensors().get(1))).isEqualTo(texts(expected.get("labels")));
                outputs.release();
            }
        }
        assertThat(MODELS.pool.bytesInUse()).isZero();
    }

    @Test
    void answersRegressionAsTheTrainingLibraryDoes() throws IOException, ModelLoadException {
        JsonNode expected = expected("sklearn-regressor");

        try (OnnxServableModel model = MODELS.load("exports/sklearn-regressor")) {
            float[] values = TestModels.floats(TestModels.runOnce(model, "variable", rows(expected)));

            JsonNode wanted = expected.get("values");
            for (int i = 0; i < values.length; i++) {
                double value = wanted.get(i).asDouble();
                assertThat((double) values[i]).isCloseTo(value, within(1e-6 * Math.abs(value)));
            }
            assertThat(model.signature().labels()).isEmpty();
        }
    }

    @Test
    void servesTheTensorUnderAZipMapInItsPlace() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("exports/sklearn-forest-int-labels")) {
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new TensorSpec("output_label", DataType.INT64, Shape.of(-1)),
                            new TensorSpec("output_probability", DataType.FP32, Shape.of(-1, 3)));
            assertThat(model.isPinned("output_probability")).isTrue();
        }
    }

    @Test
    void servesTheTensorUnderAZipMapTwiceWhereItIsAnOutputToo() throws ModelLoadException {
        Tensor input = TestModels.fp32("x", Shape.of(2, 3), 1, 2, 3, 3, 2, 1);

        try (OnnxServableModel model = MODELS.load("zipmap-shared")) {
            TensorSet outputs = model.run(List.of(input), List.of("probabilities", "output_probability"));

            assertThat(outputs.tensors().get(0).data())
                    .isEqualTo(outputs.tensors().get(1).data());
            assertThat(TestModels.floats(outputs.tensors().get(0))[2]).isCloseTo(0.66524094f, within(1e-6f));
            assertThat(model.signature().labels("output_probability")).containsExactly("10", "20", "30");
            assertThat(model.signature().labels("probabilities")).containsExactly("10", "20", "30");
            outputs.release();
        }
    }

    @Test
    void takesOutSeveralZipMaps() throws ModelLoadException {
        Tensor input = TestModels.fp32("x", Shape.of(1, 3), 0, 0, 0);

        try (OnnxServableModel model = MODELS.load("zipmap-two")) {
            TensorSet outputs = model.run(List.of(input), List.of("colour", "size"));

            assertThat(model.signature().labels("size")).containsExactly("1", "2", "3");
            assertThat(model.signature().labels("colour")).containsExactly("red", "blue");
            assertThat(TestModels.floats(outputs.tensors().get(0))).containsExactly(0.5f, 0.5f);
            assertThat(outputs.tensors().get(1).shape()).isEqualTo(Shape.of(1, 3));
            outputs.release();
        }
    }

    private static void assertRows(float[] actual, JsonNode expected) {
        int index = 0;
        for (JsonNode row : expected) {
            for (JsonNode value : row) {
                assertThat((double) actual[index++]).isCloseTo(value.asDouble(), within(1e-6));
            }
        }
        assertThat(index).isEqualTo(actual.length);
    }

    private static Tensor rows(JsonNode expected) {
        JsonNode rows = expected.get("rows");
        float[] values = new float[rows.size() * rows.get(0).size()];
        int index = 0;
        for (JsonNode row : rows) {
            for (JsonNode value : row) {
                values[index++] = value.isNull() ? Float.NaN : value.floatValue();
            }
        }
        return TestModels.fp32(
                expected.get("input_name").asText(),
                Shape.of(rows.size(), rows.get(0).size()),
                values);
    }

    private static List<String> labels(Tensor tensor) {
        if (tensor.dataType() == DataType.BYTES) {
            return TestModels.texts(tensor);
        }
        List<String> labels = new ArrayList<>();
        for (long label : TestModels.longs(tensor)) {
            labels.add(Long.toString(label));
        }
        return labels;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static JsonNode expected(String name) throws IOException {
        return new ObjectMapper()
                .readTree(TestModels.FOLDER
                        .resolve("exports")
                        .resolve(name)
                        .resolve("expected.json")
                        .toFile());
    }
}
