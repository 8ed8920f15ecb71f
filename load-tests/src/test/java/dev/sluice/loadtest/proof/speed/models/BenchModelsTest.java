package dev.sluice.loadtest.proof.speed.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchModelsTest {
    @TempDir
    Path folder = Path.of("");

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

    @Test
    void treesGiveDifferentProbabilitiesToDifferentRows() throws OrtException {
        float[] row = new float[2 * BoostedTrees.FEATURES];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextDouble(-1, 1);
        }
        try (OrtSession session = environment.createSession(BoostedTrees.model(1));
                OnnxTensor x = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(row), new long[] {2, BoostedTrees.FEATURES});
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            long[] labels = (long[]) result.get("label").orElseThrow().getValue();

            for (int i = 0; i < 2; i++) {
                assertThat(probabilities[i][0] + probabilities[i][1]).isCloseTo(1f, within(1e-6f));
                assertThat(labels[i]).isEqualTo(probabilities[i][1] > 0.5 ? 1 : 0);
            }
            assertThat(probabilities[0][1]).isNotEqualTo(probabilities[1][1]);
        }
    }

    @Test
    void equalSeedsMakeEqualTrees() {
        byte[] again = BoostedTrees.model(1);

        assertThat(BoostedTrees.model(1)).isEqualTo(again);
        assertThat(BoostedTrees.model(2)).isNotEqualTo(again);
    }

    @Test
    void imageModelTakesImages() throws OrtException {
        float[] image = new float[3 * 224 * 224];
        image[1000] = 1;
        try (OrtSession session = environment.createSession(ImageModel.model(1));
                OnnxTensor x =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), new long[] {1, 3, 224, 224});
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[][] logits = (float[][]) result.get(0).getValue();

            assertThat(logits[0]).hasSize(10).doesNotContain(Float.NaN);
        }
    }

    @Test
    void poolingIsTheMeanOverTheMaskedTokens() throws IOException, OrtException {
        Path encoder = folder.resolve("encoder.onnx");
        Path pooled = folder.resolve("pooled.onnx");
        Files.write(encoder, encoder());
        PooledModel.write(encoder, pooled);

        try (OrtSession session = environment.createSession(pooled.toString());
                OnnxTensor ids = tensor(2, 4, 3, 5, 7, 9, 10, 20, 30, 40);
                OnnxTensor mask = tensor(2, 4, 1, 1, 1, 0, 1, 1, 0, 0);
                OrtSession.Result result = session.run(Map.of("input_ids", ids, "attention_mask", mask))) {
            float[][] embedding = (float[][]) result.get(0).getValue();

            assertThat(session.getOutputNames()).containsExactly("embedding");
            assertThat(embedding[0][0]).isCloseTo(5f, within(1e-5f));
            assertThat(embedding[1][0]).isCloseTo(15f, within(1e-5f));
            assertThat(embedding[1][383]).isCloseTo(15f * 384, within(1e-2f));
        }
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        Path text = folder.resolve("text.onnx");
        Files.writeString(text, "not a model");

        assertThatIOException().isThrownBy(() -> PooledModel.write(text, folder.resolve("pooled.onnx")));
    }

    private OnnxTensor tensor(long rows, long columns, long... values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {rows, columns});
    }

    /** Output [batch, sequence, 384]: a token's id times 1 to 384. */
    private static byte[] encoder() {
        float[] weights = new float[384];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i + 1;
        }
        return new OnnxGraphParts()
                .name("encoder")
                .add(new OnnxNode("", "Cast", List.of("input_ids"), List.of("real")).number("to", OnnxGraphParts.FLOAT))
                .add(new OnnxNode("", "Reshape", List.of("real", "columns"), List.of("column")))
                .add(new OnnxNode("", "MatMul", List.of("column", "weights"), List.of("last_hidden_state")))
                .constant("columns", 0, -1, 1)
                .constant("weights", List.of(1L, 384L), weights)
                .input("input_ids", OnnxGraphParts.INT64, OnnxGraphParts.BATCH, 4)
                .input("attention_mask", OnnxGraphParts.INT64, OnnxGraphParts.BATCH, 4)
                .output("last_hidden_state", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, 4, 384)
                .toModel();
    }
}
