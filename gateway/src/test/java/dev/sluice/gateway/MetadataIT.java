package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says about itself and its models. */
class MetadataIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        TestModels.copy(
                repository,
                "two-inputs",
                "mixed-inputs",
                "cnn",
                "scalar",
                "versions",
                "exports/sklearn-pipeline-string-labels");
        Repositories.configure(repository, "versions", "versions: [1, 3, 10]\n");
        Repositories.configure(repository, "cnn", "batching: {max-batch-size: 32}\n");
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode get(String path) {
        HttpCalls.Answer answer = calls.get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        return answer.json();
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    @Test
    void isLiveAndReady() {
        assertThat(calls.get("/v2/health/live").text()).isEqualTo("{\"live\":true}");
        assertThat(calls.get("/v2/health/ready").text()).isEqualTo("{\"ready\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/"})
    void namesItselfAndItsExtensions(String path) {
        JsonNode server = get(path);

        assertThat(server.fieldNames()).toIterable().containsExactly("name", "version", "extensions");
        assertThat(server.get("name").asText()).isEqualTo("sluice");
        assertThat(server.get("version").asText()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
        assertThat(server.get("extensions"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "binary_tensor_data",
                        "classification",
                        "model_configuration",
                        "model_repository",
                        "parameters",
                        "statistics");
    }

    @Test
    void listsAllModelsWithTheirVersions() {
        JsonNode models = get("/v2/models").get("models");

        assertThat(models)
                .extracting(model -> model.get("name").asText())
                .containsExactly(
                        "cnn", "mixed-inputs", "scalar", "sklearn-pipeline-string-labels", "two-inputs", "versions");
        assertThat(models).allMatch(model -> model.get("ready").asBoolean());
        assertThat(models.get(5).get("versions"))
                .extracting(version -> version.get("version").asText())
                .containsExactly("1", "3", "10");
    }

    /** Name, then inputs and outputs as the ONNX file has them. */
    static Stream<List<String>> signatures() {
        return Stream.of(
                List.of(
                        "two-inputs",
                        "[{'name':'a','datatype':'FP32','shape':[-1,4]},{'name':'b','datatype':'FP32','shape':[-1,4]}]",
                        "[{'name':'sum','datatype':'FP32','shape':[-1,4]},"
                                + "{'name':'difference','datatype':'FP32','shape':[-1,4]}]"),
                List.of(
                        "mixed-inputs",
                        "[{'name':'age','datatype':'FP32','shape':[-1,1]},"
                                + "{'name':'income','datatype':'FP32','shape':[-1,1]},"
                                + "{'name':'city','datatype':'BYTES','shape':[-1,1]},"
                                + "{'name':'member','datatype':'BOOL','shape':[-1,1]},"
                                + "{'name':'visits','datatype':'INT64','shape':[-1,1]}]",
                        "[{'name':'score','datatype':'FP32','shape':[-1,1]},"
                                + "{'name':'city_out','datatype':'BYTES','shape':[-1,1]}]"),
                List.of(
                        "cnn",
                        "[{'name':'x','datatype':'FP32','shape':[-1,3,64,64]}]",
                        "[{'name':'logits','datatype':'FP32','shape':[-1,10]}]"),
                List.of(
                        "scalar",
                        "[{'name':'x','datatype':'FP32','shape':[]}]",
                        "[{'name':'y','datatype':'FP32','shape':[]}]"));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void tellsTheSignatureOfTheModelFile(List<String> expected) {
        String name = expected.get(0);
        JsonNode unpinned = get("/v2/models/" + name);
        JsonNode pinned = get("/v2/models/" + name + "/versions/1");

        assertThat(unpinned).isEqualTo(pinned);
        assertThat(unpinned.get("name").asText()).isEqualTo(name);
        assertThat(unpinned.get("versions").toString()).isEqualTo("[\"1\"]");
        assertThat(unpinned.get("platform").asText()).isEqualTo("onnx_onnxv1");
        assertThat(unpinned.get("inputs")).isEqualTo(json(expected.get(1).replace('\'', '"')));
        assertThat(unpinned.get("outputs")).isEqualTo(json(expected.get(2).replace('\'', '"')));
    }

    @Test
    void tellsTheClassesOfAClassifier() {
        JsonNode model = get("/v2/models/sklearn-pipeline-string-labels");

        assertThat(model.get("outputs"))
                .isEqualTo(json("[{\"name\":\"output_label\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                        + "{\"name\":\"output_probability\",\"datatype\":\"FP32\",\"shape\":[-1,3]}]"));
        assertThat(model.get("properties").get("labels.output_probability").asText())
                .isEqualTo("setosa,versicolor,virginica");
    }

    @Test
    void servesTheVersionAskedForAndTheNewestOtherwise() {
        for (String path : List.of("versions/versions/1", "versions/versions/3", "versions/versions/10", "versions")) {
            HttpCalls.Answer answer = calls.post(
                    "/v2/models/" + path + "/infer",
                    new InferBody().json("x", "FP32", "[1,2]", "[1,-2]").jsonText());
            int version = path.equals("versions") ? 10 : Integer.parseInt(path.substring(18));

            JsonNode output = InferAnswer.of(answer).json();
            assertThat(output.get("model_version").asText()).isEqualTo(Integer.toString(version));
            assertThat(output.get("outputs").get(0).get("data").get(1).asDouble())
                    .isEqualTo(-2.0 * version);
            assertThat(get("/v2/models/" + path).get("versions").toString()).isEqualTo("[\"1\",\"3\",\"10\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/models/cnn/ready", "/v2/models/cnn/versions/1/ready"})
    void tellsThatAModelIsReady(String path) {
        assertThat(calls.get(path).text()).isEqualTo("{\"name\":\"cnn\",\"ready\":true}");
    }

    @Test
    void tellsTheConfigurationInTritonsForm() {
        JsonNode config = get("/v2/models/two-inputs/config");

        assertThat(config.get("name").asText()).isEqualTo("two-inputs");
        assertThat(config.get("platform").asText()).isEqualTo("onnxruntime_onnx");
        assertThat(config.get("max_batch_size").asInt()).isPositive();
        assertThat(config.get("input").get(0))
                .isEqualTo(json("{\"name\":\"a\",\"data_type\":\"TYPE_FP32\",\"dims\":[4]}"));
        assertThat(get("/v2/models/scalar/versions/1/config")
                        .get("max_batch_size")
                        .asInt())
                .isZero();
    }

    @Test
    void countsRowsRequestsAndExecutionsApart() {
        for (int rows : new int[] {1, 2, 5}) {
            byte[] zeros = new byte[rows * 3 * 64 * 64 * 4];
            InferAnswer.of(new InferBody()
                    .binary("x", "FP32", "[" + rows + ",3,64,64]", zeros)
                    .postTo(calls, "cnn"));
        }

        JsonNode stats = get("/v2/models/cnn/stats").get("model_stats");

        assertThat(stats).hasSize(1);
        JsonNode cnn = stats.get(0);
        assertThat(cnn.get("name").asText()).isEqualTo("cnn");
        assertThat(cnn.get("version").asText()).isEqualTo("1");
        assertThat(cnn.get("inference_count").asInt()).isEqualTo(8);
        assertThat(cnn.get("execution_count").asInt()).isEqualTo(3);
        assertThat(cnn.get("last_inference").asLong()).isPositive();
        JsonNode inference = cnn.get("inference_stats");
        for (String stage : List.of("success", "queue", "compute_input", "compute_infer", "compute_output")) {
            assertThat(inference.get(stage).get("count").asInt()).as(stage).isEqualTo(3);
        }
        assertThat(inference.get("fail").get("count").asInt()).isZero();
        assertThat(inference.get("compute_infer").get("ns").asLong())
                .isBetween(1L, inference.get("success").get("ns").asLong());
        assertThat(cnn.get("batch_stats"))
                .extracting(size -> size.get("batch_size").asInt() + "x"
                        + size.get("compute_infer").get("count").asInt())
                .containsExactly("1x1", "2x1", "5x1");
        assertThat(cnn.get("memory_usage").get(0).get("byte_size").asLong()).isPositive();
        assertThat(get("/v2/models/cnn/versions/1/stats").get("model_stats")).isEqualTo(stats);
        assertThat(get("/v2/models/stats").get("model_stats")).hasSize(8);
    }

    @Test
    void indexesTheRepository() {
        HttpCalls.Answer all = calls.post("/v2/repository/index", "");
        HttpCalls.Answer ready = calls.post("/v2/repository/index", "{\"ready\":true}");

        assertThat(all.json())
                .isEqualTo(ready.json())
                .hasSize(8)
                .allSatisfy(entry -> assertThat(entry.get("steps")).isNotEmpty());
        assertThat(all.json())
                .map(entry -> ((ObjectNode) entry).without("steps"))
                .contains(
                        json(
                                "{\"name\":\"versions\",\"version\":\"10\",\"state\":\"READY\",\"reason\":\"\","
                                        + "\"batching\":{\"verdict\":\"exact\",\"padding\":false},\"breaker\":{\"state\":\"closed\"}}"));
        assertThat(calls.post("/v2/repository/index", "{\"ready\":1}").error())
                .isEqualTo("the body must be a JSON object such as {\"ready\": true}");
    }

    @Test
    void servesGoodVersionsBesideBrokenOnes(@TempDir Path other) {
        Repositories.copyVersion(other, "mlp", "half", 1);
        Repositories.copyVersion(other, "broken-text", "half", 2);
        Repositories.configure(other, "half", "versions: all\n");
        TestModels.copy(other, "broken-opset", "two-inputs");

        try (RunningGateway serving = RunningGateway.start(other)) {
            JsonNode index = serving.calls().post("/v2/repository/index", "{}").json();
            JsonNode ready = serving.calls()
                    .post("/v2/repository/index", "{\"ready\":true}")
                    .json();

            assertThat(index)
                    .extracting(entry -> entry.get("name").asText() + " "
                            + entry.get("version").asText() + " "
                            + entry.get("state").asText())
                    .containsExactly(
                            "broken-opset 1 UNAVAILABLE", "half 1 READY", "half 2 UNAVAILABLE", "two-inputs 1 READY");
            assertThat(index.get(0).get("reason").asText()).contains("opset").doesNotContain("/", "Exception");
            assertThat(index.get(2).get("reason").asText()).contains("ONNX").doesNotContain("/", "Exception");
            assertThat(ready).hasSize(2);
            InferAnswer half = InferAnswer.of(
                    new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(serving.calls(), "half"));
            assertThat(half.json().get("model_version").asText()).isEqualTo("1");
            HttpCalls.Answer pinned = serving.calls().get("/v2/models/half/versions/2");
            assertThat(pinned.status()).isEqualTo(503);
            assertThat(pinned.header("retry-after")).isEqualTo("1");
            assertThat(pinned.error()).startsWith("version 2 of model 'half' is not ready: ");
            assertThat(serving.calls().get("/v2/models/broken-opset/ready").status())
                    .isEqualTo(503);
        }
    }

    @Test
    void describesAModelToOpenApiWithItsRealShapes() {
        JsonNode document = get("/v2/models/cnn/openapi.json");

        assertThat(document.get("openapi").asText()).startsWith("3.");
        assertThat(document.get("info").get("title").asText()).isEqualTo("cnn");
        assertThat(document.get("paths").has("/v2/models/cnn/infer")).isTrue();
        JsonNode input = document.at("/components/schemas/InferRequest/properties/inputs/items/oneOf/0");
        assertThat(input.at("/properties/name/enum/0").asText()).isEqualTo("x");
        assertThat(input.at("/properties/datatype/enum/0").asText()).isEqualTo("FP32");
        assertThat(input.at("/properties/shape/example").toString()).isEqualTo("[1,3,64,64]");
        assertReferencesResolve(document, document);
    }

    @Test
    void describesPredictToOpenApiWhereRowsFit() {
        JsonNode mixed = get("/v2/models/mixed-inputs/openapi.json");

        assertThat(mixed.at("/paths").has("/v2/models/mixed-inputs/predict")).isTrue();
        assertThat(mixed.at("/components/schemas/Rows/oneOf/0/required"))
                .extracting(JsonNode::asText)
                .containsExactly("age", "income", "city", "member", "visits");
        assertThat(get("/v2/models/cnn/openapi.json").at("/paths").has("/v2/models/cnn/predict"))
                .isFalse();
    }

    private static void assertReferencesResolve(JsonNode node, JsonNode document) {
        JsonNode reference = node.get("$ref");
        if (reference != null) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
        node.forEach(child -> assertReferencesResolve(child, document));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/ready", "/config", "/stats", "/tuning", "/openapi.json"})
    void listsWhatIsThereWhenAModelIsNot(String suffix) {
        HttpCalls.Answer answer = calls.get("/v2/models/nope" + suffix);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("code").asText()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(answer.error())
                .isEqualTo("model 'nope' is not known; available: cnn, mixed-inputs, scalar,"
                        + " sklearn-pipeline-string-labels, two-inputs, versions");
    }

    @ParameterizedTest
    @CsvSource({"2,has no version 2", "blue,has no version or label 'blue'"})
    void listsWhatIsThereWhenAVersionIsNot(String version, String expected) {
        for (String suffix : List.of("", "/ready", "/stats")) {
            HttpCalls.Answer answer = calls.get("/v2/models/versions/versions/" + version + suffix);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error()).isEqualTo("model 'versions' " + expected + "; versions ready: [1, 3, 10]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/v1", "/v2/", "/v3", "/v2/health", "/v2/health/live/x", "/v2/models/cnn/nope", "/metrics"})
    void answersPathsWhereNothingLives(String path) {
        HttpCalls.Answer answer = calls.get(path);
        if (path.equals("/v2/")) {
            assertThat(answer.status()).isEqualTo(200);
            return;
        }

        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.error())
                .isEqualTo("nothing lives at '" + path + "'; GET /v2 and GET /v2/models are places to start");
        assertThat(answer.json().fieldNames()).toIterable().containsExactly("error", "code", "request_id");
        assertThat(answer.json().get("request_id").asText()).isEqualTo(answer.header("sluice-prediction-id"));
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v2,'GET, HEAD'",
        "DELETE,/v2/models/cnn,'GET, HEAD'",
        "PUT,/v2/models/cnn/stats,'GET, HEAD'",
        "POST,/v2/health/live,'GET, HEAD'",
        "GET,/v2/models/cnn/infer,POST",
        "HEAD,/v2/models/cnn/infer,POST",
        "GET,/v2/models/mixed-inputs/predict,POST",
        "GET,/v2/repository/index,POST",
        "OPTIONS,/v2/models/cnn/infer,POST",
    })
    void saysWhichMethodAPathTakes(String method, String path, String allowed) {
        HttpCalls.Answer answer = calls.send(method, path);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo(allowed);
        if (!method.equals("HEAD")) {
            assertThat(answer.json().get("code").asText()).isEqualTo("METHOD_NOT_ALLOWED");
            assertThat(answer.error())
                    .isEqualTo("this path takes " + allowed.substring(0, allowed.startsWith("GET") ? 3 : 4) + ", got "
                            + method);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/health/ready", "/v2/models", "/v2/models/cnn", "/v2/models/nope"})
    void answersHeadLikeGetWithoutTheBody(String path) {
        HttpCalls.Answer head = calls.send("HEAD", path);
        HttpCalls.Answer get = calls.get(path);

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.response().body()).isEmpty();
        assertThat(head.header("content-length"))
                .isEqualTo(Integer.toString(get.response().body().length));
        assertThat(head.header("content-type")).isEqualTo(get.header("content-type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/repository/models/cnn/load", "/v2/repository/models/cnn/unload"})
    void refusesToLoadAndUnloadAndNamesTheSetting(String path) {
        HttpCalls.Answer answer = calls.post(path, "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().get("code").asText()).isEqualTo("PERMISSION_DENIED");
        assertThat(answer.error()).contains("http.repository-control");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/systemsharedmemory/status", "/v2/trace/setting", "/v2/models/cnn/generate"})
    void saysWhichExtensionsItDoesNotOffer(String path) {
        HttpCalls.Answer answer = calls.get(path);

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.json().get("code").asText()).isEqualTo("UNIMPLEMENTED");
    }
}
