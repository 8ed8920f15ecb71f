package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input is the client's fault: it is told what was expected and what was there, and nothing else happens. */
class BadInputIT {
    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        for (String type : List.of(
                "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32",
                "float64")) {
            TestModels.copy(repository, "identity-" + type);
        }
        TestModels.copy(repository, "identity-string", "mlp", "two-inputs", "mixed-inputs", "fixed", "gather");
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static Stream<BadRequest> badRequests() {
        return BadRequests.all();
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void isRefusedWithAReason(BadRequest bad) {
        HttpCalls.Answer answer = bad.sendTo(calls);

        assertThat(answer.status()).as(answer.text()).isEqualTo(bad.status());
        if (bad.message().startsWith("~")) {
            assertThat(answer.error()).contains(bad.message().substring(1));
        } else {
            assertThat(answer.error()).isEqualTo(bad.message());
        }
        assertIsErrorBody(answer, bad.code());
    }

    private static void assertIsErrorBody(HttpCalls.Answer answer, String code) {
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.json().fieldNames()).toIterable().containsExactly("error", "code", "request_id");
        assertThat(answer.json().get("code").asText()).isEqualTo(code);
        assertThat(answer.json().get("request_id").asText()).isEqualTo(answer.header("sluice-prediction-id"));
        assertThat(answer.text()).doesNotContain("Exception", "java.", "dev.sluice", "\tat ", "onnxruntime");
    }

    @Test
    void namesTheExpectedAndTheActualWhereTheSignatureDoesNotFit() {
        assertThat(errorOf("wrong datatype")).contains("INT32").contains("INT64");
        assertThat(errorOf("wrong rank")).contains("[-1, -1]").contains("[1]");
        assertThat(errorOf("wrong dimension")).contains("'x'").contains("[1, 3, 5]");
        assertThat(errorOf("missing input")).contains("two-inputs");
        assertThat(errorOf("unknown input")).contains("'a'", "'b'");
        assertThat(errorOf("unknown output")).contains("'y'");
    }

    private static String errorOf(String what) {
        BadRequest bad = BadRequests.all()
                .filter(request -> request.what().equals(what))
                .findFirst()
                .orElseThrow();
        return bad.sendTo(calls).error();
    }

    @Test
    void saysWhichEncodingsItTakes() {
        HttpCalls.Answer answer = calls.post("/v2/models/mlp/infer", "{}", "Content-Encoding", "zstd");

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.header("accept-encoding")).isEqualTo("gzip, deflate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/models/%zz/infer",
                "/v2/models/%/infer",
                "/v2/models//infer",
                "/v2/models/mlp/infer/more",
                "/v2/models/../../etc/passwd",
                "/v2%2fmodels",
            })
    void answersPathsThatMeanNothing(String path) throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response = raw.send(RawHttp.post(path, "{}")).read();

            assertThat(response.status()).as(response.text()).isIn(400, 404);
            assertThat(response.text()).doesNotContain("Exception", "java.").contains("\"code\":");
        }
    }

    @Test
    void survivesPathsThatAreNotAscii() throws IOException {
        byte[] request = "POST /v2/models/m\u00fcll/infer HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}"
                .getBytes(StandardCharsets.ISO_8859_1);
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response = raw.send(request).read();

            assertThat(response.status()).as(response.text()).isIn(400, 404);
            assertThat(response.text()).contains("\"code\":");
        }
    }

    @Test
    void doesNotPassOnWhatTheRuntimeSaid() {
        HttpCalls.Answer answer =
                new InferBody().json("indices", "INT64", "[1,1]", "[99]").postTo(calls, "gather");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.error()).contains("gather").contains("failed while running");
        assertIsErrorBody(answer, "MODEL_FAILED");
    }

    @Test
    void isAsBeforeAfterAllOfThem() {
        List<Integer> statuses = BadRequests.all()
                .map(bad -> bad.sendTo(calls).status())
                .distinct()
                .sorted()
                .toList();

        // 501 is not the server's failure either: it says what it does not offer.
        assertThat(statuses).containsExactly(400, 404, 413, 415, 501);
        Await.until(
                "tensor memory is given back", () -> MetricsPage.of(gateway).value("sluice_tensor_bytes_in_use") == 0);
        assertThat(MetricsPage.of(gateway).value("sluice_admitted_requests")).isZero();
        InferAnswer good = InferAnswer.of(
                new InferBody().json("x", "INT32", "[1,1]", "[7]").postTo(calls, "identity-int32"));
        assertThat(good.output("y").get("data").toString()).isEqualTo("[7]");
    }
}
