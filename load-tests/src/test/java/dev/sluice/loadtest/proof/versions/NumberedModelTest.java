package dev.sluice.loadtest.proof.versions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberedModelTest {
    private static final Path FILE = Path.of("../examples/models/flight-delay/1/model.onnx");

    private final NumberedModel model;

    NumberedModelTest() throws IOException {
        model = NumberedModel.read(FILE);
    }

    private static double probability(byte[] onnx, String input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        float[] row = new float[14];
        for (int i = 0; i < row.length; i++) {
            row[i] = 10 + i;
        }
        try (OrtSession session = environment.createSession(onnx);
                OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(row), new long[] {1, 14});
                OrtSession.Result result = session.run(Map.of(input, x))) {
            OnnxSequence maps = (OnnxSequence) result.get("probabilities").orElseThrow();
            List<?> rows = maps.getValue();
            Object late = ((OnnxMap) rows.get(0)).getValue().get("on_time");
            return ((Number) requireNonNull(late)).doubleValue();
        }
    }

    @Test
    void versionOneIsTheFileAsItIs() throws IOException {
        assertThat(model.version(1)).isEqualTo(Files.readAllBytes(FILE));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 50, 101, 1000})
    void theRuntimeAnswersWhatAVersionMustAnswer(long version) throws OrtException {
        double first = probability(model.version(1), "input");
        double answered = probability(model.version(version), "input");

        assertThat(answered).isCloseTo(NumberedModel.expected(first, version), within(1e-6));
        assertThat(NumberedModel.matches(first, version, answered)).isTrue();
        assertThat(NumberedModel.first(answered, version)).isCloseTo(first, within(1e-6));
    }

    @Test
    void aCorruptedVersionRunsAndAnswersLikeNoVersion() throws OrtException {
        double first = probability(model.version(1), "input");
        double answered = probability(model.corrupted(7), "input");

        assertThat(model.corrupted(7)).hasSameSizeAs(model.version(7));
        for (long version = 1; version <= NumberedModel.PERIOD; version++) {
            assertThat(NumberedModel.matches(first, version, answered)).isFalse();
        }
    }

    @Test
    void noTwoVersionsOfAPeriodAnswerAlike() {
        for (long version = 1; version <= NumberedModel.PERIOD; version++) {
            double answer = NumberedModel.expected(0.8, version);
            for (long other = 1; other <= NumberedModel.PERIOD; other++) {
                assertThat(NumberedModel.matches(0.8, other, answer)).isEqualTo(other == version);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, Double.NaN, -1})
    void whatIsNoProbabilityIsNoAnswer(double answered) {
        assertThat(NumberedModel.matches(0.8, 1, answered)).isFalse();
    }

    @Test
    void misSignedModelsAreSoundAndDiffer() throws IOException, OrtException {
        assertThat(NumberedModel.of(model.withFewerColumns()).request()).contains("\"shape\":[1,13]");
        assertThat(NumberedModel.of(model.withOtherInput()).request()).contains("\"name\":\"inpux\"");
        assertThat(probability(model.withOtherInput(), "inpux")).isBetween(0.0, 1.0);
        try (OrtSession doubles = OrtEnvironment.getEnvironment().createSession(model.withDoubles());
                OrtSession columns = OrtEnvironment.getEnvironment().createSession(model.withFewerColumns())) {
            assertThat(requireNonNull(doubles.getInputInfo().get("input"))
                            .getInfo()
                            .toString())
                    .contains("DOUBLE");
            assertThat(requireNonNull(columns.getInputInfo().get("input"))
                            .getInfo()
                            .toString())
                    .contains("13");
        }
    }

    @Test
    void asksForOneRow() throws IOException {
        assertThat(model.request())
                .startsWith(
                        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,14],\"datatype\":\"FP32\",\"data\":[10.0,11.0");
    }

    @Test
    void refusesWhatIsNoTreeClassifier() {
        assertThatIOException()
                .isThrownBy(() -> NumberedModel.of(new byte[] {0x3a, 0}))
                .withMessage("the model must have one input, got 0");
        assertThatIOException().isThrownBy(() -> NumberedModel.of(new byte[] {0x3a, 9, 1}));
    }
}
