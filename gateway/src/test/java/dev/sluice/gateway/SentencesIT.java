package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The example transformer, asked with texts. */
@TestInstance(Lifecycle.PER_CLASS)
class SentencesIT {
    private static final Path MINILM =
            Repositories.example("models").resolve("minilm").resolve("1");
    private static final int HIDDEN = 384;

    private static final List<String> SENTENCES = List.of(
            "Will my flight arrive late?",
            "",
            "The quick brown fox jumps over the lazy dog.",
            "El vuelo sale con retraso.",
            "今日は飛行機が遅れています。",
            "Naïve café \uD83D\uDE00 emoji",
            "a",
            "Gusts of thirty-one miles an hour were measured at Newark before the departure, and no pressure at all.",
            "tabs\tand\nlines\r\nand  spaces",
            "long ".repeat(400));

    private RunningGateway gateway = RunningGateway.start(Repositories.example("models"));

    @BeforeAll
    void warm() {
        embed(List.of("warm"));
    }

    @AfterAll
    void close() {
        gateway.close();
    }

    private HttpCalls.Answer post(List<String> texts) {
        String data = texts.stream()
                .map(text -> JsonNodeFactory.instance.textNode(text).toString())
                .collect(Collectors.joining(",", "[", "]"));
        return gateway.calls()
                .post(
                        "/v2/models/minilm/infer",
                        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[" + texts.size()
                                + "],\"data\":" + data + "}]}");
    }

    private JsonNode embed(List<String> texts) {
        HttpCalls.Answer answer = post(texts);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("outputs").path(0);
    }

    @Test
    void answersTextsWith384FloatsARow() {
        HttpCalls.Answer answer = gateway.calls()
                .post(
                        "/v2/models/minilm/infer",
                        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"a\",\"b\"]}]}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode output = answer.json().path("outputs").path(0);
        assertThat(output.path("name").asText()).isEqualTo("embedding");
        assertThat(output.path("shape").toString()).isEqualTo("[2,384]");
        assertThat(output.path("data").size()).isEqualTo(2 * HIDDEN);
    }

    @Test
    void answersTheExampleRequest() throws IOException {
        String body = Files.readString(Repositories.example("requests").resolve("minilm.json"));

        assertThat(gateway.calls().post("/v2/models/minilm/infer", body).status())
                .isEqualTo(200);
    }

    @Test
    void metadataShowsTextIn() {
        JsonNode metadata = gateway.calls().get("/v2/models/minilm").json();

        assertThat(metadata.path("inputs").toString())
                .isEqualTo("[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[-1]}]");
        assertThat(metadata.path("outputs").toString())
                .isEqualTo("[{\"name\":\"embedding\",\"datatype\":\"FP32\",\"shape\":[-1,384]}]");
    }

    /** The reference is computed here, by the tokenizer and the runtime called directly. */
    @Test
    void tenSentencesEqualTheReference() throws IOException, OrtException {
        JsonNode together = embed(SENTENCES).path("data");

        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                        MINILM.resolve("tokenizer.json"),
                        Map.of("truncation", "true", "padding", "false", "maxLength", "256", "modelMaxLength", "256"));
                OrtSession session = OrtEnvironment.getEnvironment()
                        .createSession(MINILM.resolve("model.onnx").toString())) {
            for (int row = 0; row < SENTENCES.size(); row++) {
                double[] reference = reference(session, tokenizer.encode(SENTENCES.get(row)));
                JsonNode alone = embed(List.of(SENTENCES.get(row))).path("data");
                for (int i = 0; i < HIDDEN; i++) {
                    assertThat(alone.get(i).asDouble())
                            .as("sentence %d float %d", row, i)
                            .isEqualTo(reference[i], within(1e-5));
                    assertThat(together.get(row * HIDDEN + i).asDouble())
                            .as("sentence %d of ten, float %d", row, i)
                            .isEqualTo(reference[i], within(1e-5));
                }
            }
        }
    }

    private static double[] reference(OrtSession session, Encoding encoding) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {encoding.getIds()});
                OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {encoding.getAttentionMask()});
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {encoding.getTypeIds()});
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            float[][] vectors = ((float[][][]) result.get(0).getValue())[0];
            double[] mean = new double[HIDDEN];
            for (float[] vector : vectors) {
                for (int i = 0; i < HIDDEN; i++) {
                    mean[i] += vector[i] / (double) vectors.length;
                }
            }
            double squares = 0;
            for (double value : mean) {
                squares += value * value;
            }
            for (int i = 0; i < HIDDEN; i++) {
                mean[i] /= Math.sqrt(squares);
            }
            return mean;
        }
    }

    @Test
    void textsOfDifferentClientsAndLengthsShareRuns() {
        double before = padding();
        CompletableFuture<?>[] calls = IntStream.range(0, 64)
                .mapToObj(i -> CompletableFuture.runAsync(() -> embed(List.of("word ".repeat(1 + i % 9)))))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(calls).join();

        MetricsPage metrics = MetricsPage.of(gateway);
        assertThat(metrics.value("sluice_padding", "model", "minilm")).isEqualTo(1);
        assertThat(padding()).isGreaterThan(before);
    }

    private double padding() {
        return MetricsPage.of(gateway).value("sluice_batch_padding_cells_total", "model", "minilm");
    }

    @Test
    void transformsAreAStageOfTheirOwn() {
        embed(List.of("a stage"));

        MetricsPage metrics = MetricsPage.of(gateway);
        assertThat(metrics.value("sluice_stage_seconds_count", "model", "minilm", "stage", "transform"))
                .isPositive();
        assertThat(metrics.value("sluice_stage_seconds_count", "model", "minilm", "stage", "transform_queue"))
                .isPositive();
        assertThat(metrics.value("sluice_transform_refusals_total")).isZero();
        assertThat(metrics.value("sluice_transform_waiting")).isZero();
    }

    @Test
    void refusesTextThatIsNotUtf8WithItsRow() {
        HttpCalls.Answer answer = new InferBody()
                .binary("text", "BYTES", "[2]", LittleEndian.elements(new byte[] {'a'}, new byte[] {'b', (byte) 0xc3}))
                .postTo(gateway.calls(), "minilm");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("input 'text' row 1 must be UTF-8, but byte 1 is not");
    }

    @Test
    void refusesATextThatIsTooLongWithBothNumbers() {
        HttpCalls.Answer answer = post(List.of("x".repeat(65_537)));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error())
                .isEqualTo("input 'text' row 0 may have at most 65536 bytes (text.max-bytes), got 65537");
    }

    @Test
    void refusesWhatIsNoText() {
        assertThat(post(List.of()).error()).isEqualTo("input 'text' must have at least 1 row, got 0");
        assertThat(new InferBody()
                        .json("text", "FP32", "[1]", "[1]")
                        .postTo(gateway.calls(), "minilm")
                        .error())
                .isEqualTo("input 'text' of model 'minilm' version 1: expected BYTES [-1], got FP32 [1]");
    }

    @Test
    void answersInTimeOrSaysWhyNot() {
        HttpCalls.Answer answer = gateway.calls()
                .post(
                        "/v2/models/minilm/infer",
                        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}],"
                                + "\"parameters\":{\"timeout\":1}}");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.error()).startsWith("deadline exceeded: ");
    }
}
