package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a prediction is found again: ids, traces, and which version made it. */
class TracingIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "two-inputs", "versions");
        Repositories.configure(repository, "versions", "versions: [2, 3]\n");
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpCalls.Answer infer(String path, String member, String... headers) {
        return calls.post(
                "/v2/models/" + path + "/infer",
                "{" + member + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}",
                headers);
    }

    @Test
    void givesEveryPredictionAnIdOfItsOwn() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            HttpCalls.Answer answer = infer("versions", "");
            String id = answer.header("sluice-prediction-id");

            assertThat(id).matches("[0-9a-f]{32}");
            assertThat(answer.json().at("/parameters/prediction_id").asText()).isEqualTo(id);
            assertThat(ids.add(id)).as("new").isTrue();
        }
    }

    @Test
    void givesFailuresAnIdToo() {
        HttpCalls.Answer answer = infer("nope", "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("request_id").asText())
                .matches("[0-9a-f]{32}")
                .isEqualTo(answer.header("sluice-prediction-id"));
    }

    @Test
    void doesNotTakeAnIdFromTheClient() {
        HttpCalls.Answer answer = infer("versions", "", "sluice-prediction-id", "mine");

        assertThat(answer.header("sluice-prediction-id")).matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "Grüße 日本 🦀", "a\"b\\c", "line\nbreak", " "})
    void echoesTheIdOfTheClient(String id) {
        String escaped = id.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");

        HttpCalls.Answer answer = infer("versions", "\"id\":\"" + escaped + "\",");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("id").asText()).isEqualTo(id);
        assertThat(answer.json().at("/parameters/prediction_id").asText()).isNotEqualTo(id);
    }

    @Test
    void echoesNoIdWhereThereWasNone() {
        assertThat(infer("versions", "").json().has("id")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01"})
    void continuesATraceWithASpanOfItsOwn(String flags) {
        HttpCalls.Answer first = infer("versions", "", "traceparent", "00-" + TRACE + "-" + SPAN + "-" + flags);
        HttpCalls.Answer second = infer("versions", "", "traceparent", "00-" + TRACE + "-" + SPAN + "-" + flags);

        assertThat(first.header("traceparent"))
                .matches("00-" + TRACE + "-[0-9a-f]{16}-" + flags)
                .doesNotContain(SPAN)
                .isNotEqualTo(second.header("traceparent"));
    }

    @Test
    void continuesATraceOfAFutureFormat() {
        HttpCalls.Answer answer =
                infer("versions", "", "traceparent", "cc-" + TRACE + "-" + SPAN + "-01-what-comes-next");

        assertThat(answer.header("traceparent")).startsWith("00-" + TRACE + "-");
    }

    @Test
    void continuesATraceOnFailuresAndMetadata() {
        String parent = "00-" + TRACE + "-" + SPAN + "-01";

        assertThat(infer("nope", "", "traceparent", parent).header("traceparent"))
                .startsWith("00-" + TRACE + "-");
        assertThat(calls.post("/v2/repository/index", "", "traceparent", parent).header("traceparent"))
                .startsWith("00-" + TRACE + "-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
            })
    void ignoresATraceThatIsNotWellFormed(String traceparent) {
        HttpCalls.Answer answer = infer("versions", "", "traceparent", traceparent);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("traceparent")).isEmpty();
    }

    @Test
    void saysWhichVersionAnsweredAndWhy() {
        HttpCalls.Answer routed = infer("versions", "");
        HttpCalls.Answer pinned = infer("versions/versions/2", "");

        assertThat(List.of(routed.header("sluice-version"), routed.header("sluice-arm")))
                .containsExactly("3", "default");
        assertThat(List.of(pinned.header("sluice-version"), pinned.header("sluice-arm")))
                .containsExactly("2", "pinned");
    }

    @Test
    void keepsTheParametersOfTheBodyFree() {
        InferAnswer answer = InferAnswer.of(infer("versions", "\"parameters\":{\"user\":\"u1\"},"));

        assertThat(answer.json().get("parameters").fieldNames()).toIterable().containsExactly("prediction_id");
    }
}
