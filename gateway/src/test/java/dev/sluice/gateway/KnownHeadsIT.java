package dev.sluice.gateway;

import static dev.sluice.gateway.KnownHeadRequests.INFER;
import static dev.sluice.gateway.KnownHeadRequests.LIVE;
import static dev.sluice.gateway.KnownHeadRequests.body;
import static dev.sluice.gateway.KnownHeadRequests.bytes;
import static dev.sluice.gateway.KnownHeadRequests.infer;
import static dev.sluice.gateway.KnownHeadRequests.post;
import static dev.sluice.gateway.KnownHeadRequests.takenCount;
import static dev.sluice.gateway.KnownHeadRequests.taught;
import static dev.sluice.gateway.KnownHeadRequests.withoutIds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client cannot tell by an answer whether its request was taken past the HTTP engine. */
class KnownHeadsIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final int TRIES_MAX = 14;

    @TempDir
    private static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-int32", "mixed-inputs");
        gateway = RunningGateway.start(
                repository, "http.loops=1", "http.max-body=32KiB", "http.max-headers=4KiB", "http.read-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String binary(int elements) {
        InferBody body = new InferBody()
                .binary("x", "INT32", "[1," + elements + "]", LittleEndian.ints(new int[elements]))
                .binaryOutputs();
        StringBuilder head = new StringBuilder("POST " + INFER + " HTTP/1.1\r\nHost: t\r\n");
        String[] headers = body.headers();
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return head + "Content-Length: " + body.bytes().length + "\r\n\r\n"
                + new String(body.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String numbers(int count) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT32\",\"shape\":[1," + count + "],\"data\":["
                + "7,".repeat(count - 1) + "7]}]}";
    }

    static Stream<String> known() {
        return Stream.of(
                infer(1),
                infer(2, "Connection: keep-alive"),
                infer(3, "Authorization: Bearer abc.def.ghi", "X-Request-Id: 77", "User-Agent: t/1", "Accept: */*"),
                infer(4, "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01", "tracestate: a=b"),
                infer(5, "traceparent: nonsense"),
                infer(6, "sluice-timeout-ms: 20000"),
                infer(7, "sluice-prediction-id: mine"),
                infer(8, "X-Content-Length: 3", "X-A:b", "X-B:   c  "),
                post(INFER + "?a=b", body(9)),
                post("/v2/models/identity-int32/versions/1/infer", body(10)),
                binary(3),
                post(INFER, numbers(400), "Accept-Encoding: gzip"),
                post(INFER, numbers(400), "Accept-Encoding: deflate;q=1, gzip;q=0"),
                post(INFER, numbers(400), "Accept-Encoding: br"),
                post(
                        "/v2/models/mixed-inputs/predict",
                        "{\"rows\":[{\"age\":1,\"income\":2,\"city\":\"x\",\"member\":true,\"visits\":3}]}"),
                post("/v2/models/mixed-inputs/predict", "{\"rows\":[{\"age\":\"old\"}]}"),
                // What goes wrong goes wrong in the same way.
                post(INFER, "{"),
                post(INFER, "{}"),
                post(INFER, "\u0000~"),
                post(INFER, body(1).replace("INT32", "FP32")),
                post("/v2/models/nope/infer", body(1)),
                post("/v2/models/no%20pe%0d%0aX:y/infer", body(1)),
                post("/v2/models/identity-int32/versions/9/infer", body(1)),
                infer(1, "Inference-Header-Content-Length: 5"),
                infer(1, "Inference-Header-Content-Length: 5000"),
                infer(1, "Inference-Header-Content-Length: x"));
    }

    @ParameterizedTest
    @MethodSource("known")
    void answersARequestWithAKnownHeadAsTheEngineDoes(String request) throws IOException {
        double before = takenCount(gateway);
        try (RawHttp raw = new RawHttp(gateway.port())) {
            String first = withoutIds(raw.send(bytes(request)).readExactly());

            for (int i = 0; i < 3; i++) {
                assertThat(withoutIds(raw.send(bytes(request)).readExactly())).isEqualTo(first);
            }
        }
        assertThat(takenCount(gateway) - before).isEqualTo(3);
    }

    /** Such a request may come in pieces, which the engine puts together. */
    @Test
    void answersALargerRequestAsTheEngineDoes() throws IOException {
        double before = takenCount(gateway);
        for (String request : new String[] {binary(7000), post(INFER, numbers(6000))}) {
            try (RawHttp raw = new RawHttp(gateway.port())) {
                String first = withoutIds(raw.send(bytes(request)).readExactly());
                assertThat(first).startsWith("HTTP/1.1 200 OK\r\n");

                for (int i = 0; i < TRIES_MAX; i++) {
                    assertThat(withoutIds(raw.send(bytes(request)).readExactly()))
                            .isEqualTo(first);
                }
            }
        }
        assertThat(takenCount(gateway)).isGreaterThan(before);
    }

    static Stream<String> others() {
        String chunked = "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body(1).length()) + "\r\n" + body(1) + "\r\n0\r\n\r\n";
        return Stream.of(
                "GET /v2 HTTP/1.1\r\nHost: t\r\n\r\n",
                "GET /v2/nope HTTP/1.1\r\nHost: t\r\n\r\n",
                "HEAD /v2 HTTP/1.1\r\nHost: t\r\n\r\n",
                "GET " + INFER + " HTTP/1.1\r\nHost: t\r\n\r\n",
                infer(1).replace("POST ", "HEAD "),
                infer(1).replace("POST ", "OPTIONS "),
                infer(1).replace("POST ", "PUT "),
                infer(1).replace("POST ", "post "),
                "OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n",
                chunked,
                infer(1, "Expect: 100-continue"),
                infer(1, "Expect: 200-ok"),
                infer(1, "Connection: close"),
                infer(1, "Connection: keep-alive, close"),
                infer(1, "Content-Encoding: gzip"),
                infer(1, "Content-Encoding: br"),
                infer(1).replace("application/json", "text/plain"),
                infer(1).replace("HTTP/1.1", "HTTP/1.0"),
                infer(1).replace("HTTP/1.1\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n"),
                infer(1, "sluice-timeout-ms: -3"),
                infer(1, "Upgrade: websocket", "Connection: Upgrade"),
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n",
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\n\r\n",
                infer(1).replace("\r\n\r\n", "\r\nX: " + "x".repeat(3000) + "\r\n\r\n"),
                infer(1).replace("\r\n\r\n", "\r\nX: " + "x".repeat(5000) + "\r\n\r\n"),
                post(INFER, " ".repeat(33_000)),
                post(INFER, " ".repeat(70_000)));
    }

    /** Also when it is sent twice, and with a known head around it: answers and the end of the connection are the same. */
    @ParameterizedTest
    @MethodSource("others")
    void leavesEverythingElseToTheEngine(String request) throws IOException {
        String twice = request + request + infer(8) + LIVE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        String expected;
        try (RawHttp raw = new RawHttp(gateway.port())) {
            raw.send(infer(0)).readExactly();
            expected = raw.send(bytes(twice)).readToEnd();
        }
        double before = takenCount(gateway);
        try (RawHttp raw = taught(gateway)) {
            raw.send(bytes(twice));

            assertThat(withoutIds(raw.readToEnd())).isEqualTo(withoutIds(expected));
        }
        assertThat(takenCount(gateway) - before).as("what taught it").isEqualTo(1);
    }

    @Test
    void givesEachPredictionAnIdAndASpanOfItsOwn() throws IOException {
        Set<String> ids = new HashSet<>();
        Set<String> spans = new HashSet<>();
        String request = infer(1, "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01");
        try (RawHttp raw = new RawHttp(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                RawHttp.Response response = raw.send(request).read();
                String id = response.headers().get("sluice-prediction-id");
                assertThat(response.text()).contains("\"prediction_id\":\"" + id + "\"");
                assertThat(response.headers().get("traceparent")).startsWith("00-" + TRACE + "-");
                ids.add(String.valueOf(id));
                spans.add(String.valueOf(response.headers().get("traceparent")));
            }
        }

        assertThat(ids).hasSize(20);
        assertThat(spans).hasSize(20);
    }

    @Test
    void readsRequestsThatArriveInTwoPiecesHoweverTheyAreCut() throws IOException {
        byte[] request = bytes(infer(7));
        try (RawHttp witness = new RawHttp(gateway.port())) {
            for (int at = 1; at < request.length; at++) {
                try (RawHttp raw = taught(gateway)) {
                    raw.send(RawHttp.splitAt(request, at).get(0));
                    // The loop has read the first piece once it answers this.
                    assertThat(witness.send(LIVE).read().status()).isEqualTo(200);

                    raw.send(RawHttp.splitAt(request, at).get(1));
                    assertThat(raw.read().text()).contains("\"id\":\"v7\"", "\"data\":[7]");
                    assertThat(raw.send(infer(8)).read().text()).contains("\"id\":\"v8\"", "\"data\":[8]");
                }
            }
        }
    }

    @Test
    void keepsSeveralHeadsOfOneConnectionApart() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            for (int round = 0; round < 20; round++) {
                for (int kind = 0; kind < 6; kind++) {
                    int value = 10 * round + kind;
                    String path = kind == 5 ? "/v2/models/nope/infer" : INFER;
                    RawHttp.Response response = raw.send(post(path, body(value), "X-Kind: " + (kind + round / 10)))
                            .read();

                    assertThat(response.status()).isEqualTo(kind == 5 ? 404 : 200);
                    if (kind < 5) {
                        assertThat(response.text()).contains("\"id\":\"v" + value + "\"", "\"data\":[" + value + "]");
                    }
                }
            }
        }
    }

    @Test
    void countsResponsesAndModelStatisticsAsTheEngineDoes() throws IOException {
        double ok = MetricsPage.of(gateway).valueOrZero("sluice_http_responses_total", "status", "200");
        double requests = success();
        try (RawHttp raw = new RawHttp(gateway.port())) {
            for (int i = 0; i < 10; i++) {
                raw.send(infer(i)).read();
            }
        }

        assertThat(MetricsPage.of(gateway).valueOrZero("sluice_http_responses_total", "status", "200"))
                .isEqualTo(ok + 10);
        assertThat(success()).isEqualTo(requests + 10);
    }

    private static double success() {
        return MetricsPage.of(gateway).valueOrZero("nv_inference_request_success", "model", "identity-int32");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void refusesWhatExceedsTheLimitOfBodies(int beyond) throws IOException {
        String largest = body(1) + " ".repeat((32 << 10) - body(1).length());
        try (RawHttp raw = taught(gateway)) {
            RawHttp.Response response =
                    raw.send(post(INFER, largest + " ".repeat(beyond))).read();

            assertThat(response.status()).as(response.text()).isEqualTo(beyond == 0 ? 200 : 413);
        }
    }
}
