package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as clients, proxies and attackers speak it. */
class HttpProtocolIT {
    private static final String INFER = "/v2/models/identity-int32/infer";
    private static final int BODY_BYTES_MAX = 32 << 10;
    private static final int INFLATED_BYTES_MAX = 64 << 10;

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-int32");
        // One event loop, so that a test can tell by an answer what the loop has read before it.
        gateway = RunningGateway.start(
                repository,
                "http.loops=1",
                "http.max-body=32KiB",
                "http.max-inflated-body=64KiB",
                "http.max-headers=4KiB",
                "http.read-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String body(int value) {
        return body("v" + value, Integer.toString(value), 1);
    }

    private static String body(String id, String values, int count) {
        return "{\"id\":\"" + id + "\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT32\",\"shape\":[1," + count
                + "],\"data\":[" + values + "]}]}";
    }

    private static String post(String path, String body, String... headerLines) {
        return RawHttp.post(path, body).replaceFirst("Host: t\r\n", "Host: t\r\n" + headers(headerLines));
    }

    private static String headers(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return text.toString();
    }

    private static void assertAnswers(RawHttp.Response response, int value) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.text()).contains("\"id\":\"v" + value + "\"").contains("\"data\":[" + value + "]");
    }

    @Test
    void keepsAConnection() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            for (int i = 0; i < 5; i++) {
                assertAnswers(raw.send(RawHttp.post(INFER, body(i))).read(), i);
            }
            RawHttp.Response bad = raw.send(RawHttp.post(INFER, "{}")).read();
            assertThat(bad.status()).isEqualTo(400);
            assertAnswers(raw.send(RawHttp.post(INFER, body(9))).read(), 9);
        }
    }

    @Test
    void closesAConnectionWhenAsked() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            String answer = raw.send(post(INFER, body(1), "Connection: close")).readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"data\":[1]");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            all.append(i % 3 == 2 ? RawHttp.post(INFER, "{}") : RawHttp.post(INFER, body(i)));
        }
        try (RawHttp raw = new RawHttp(gateway.port())) {
            raw.send(all.toString());

            for (int i = 0; i < 30; i++) {
                RawHttp.Response response = raw.read();
                if (i % 3 == 2) {
                    assertThat(response.status()).as(response.text()).isEqualTo(400);
                } else {
                    assertAnswers(response, i);
                }
            }
        }
    }

    @Test
    void readsChunkedBodiesWithoutALength() throws IOException {
        StringBuilder chunks = new StringBuilder();
        for (char c : body(42).toCharArray()) {
            chunks.append("1\r\n").append(c).append("\r\n");
        }
        String request =
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n";
        try (RawHttp raw = new RawHttp(gateway.port())) {
            assertAnswers(raw.send(request).read(), 42);
            assertAnswers(raw.send(request).read(), 42);
        }
    }

    @Test
    void readsRequestsThatArriveInTwoPiecesHoweverTheyAreCut() throws IOException {
        byte[] request = RawHttp.post(INFER, body(7)).getBytes(StandardCharsets.UTF_8);
        String live = "GET /v2/health/live HTTP/1.1\r\nHost: t\r\n\r\n";
        try (RawHttp raw = new RawHttp(gateway.port());
                RawHttp witness = new RawHttp(gateway.port())) {
            for (int at = 1; at < request.length; at++) {
                List<byte[]> parts = RawHttp.splitAt(request, at);
                raw.send(parts.get(0));
                // The loop has read the first piece once it answers this.
                assertThat(witness.send(live).read().status()).isEqualTo(200);

                assertAnswers(raw.send(parts.get(1)).read(), 7);
            }
        }
    }

    @Test
    void letsAClientContinueThatAsksFirst() throws IOException {
        String body = body(3);
        String head = "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: "
                + body.length() + "\r\n\r\n";
        try (RawHttp raw = new RawHttp(gateway.port())) {
            assertThat(raw.send(head).read().status()).isEqualTo(100);
            assertAnswers(raw.send(body).read(), 3);
        }
    }

    @Test
    void refusesABodyThatIsTooLargeBeforeItIsSent() throws IOException {
        String head = "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: "
                + (BODY_BYTES_MAX + 1) + "\r\n\r\n";
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response = raw.send(head).read();

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text())
                    .contains("the body of 32769 bytes exceeds the limit of 32768 bytes")
                    .contains("PAYLOAD_TOO_LARGE");
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(raw.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BODY_BYTES_MAX + 1, 3 * BODY_BYTES_MAX})
    void refusesABodyThatIsTooLargeAfterItWasSent(int size) throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response =
                    raw.send(RawHttp.post(INFER, "x".repeat(size))).read();

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).contains("the body of " + size + " bytes exceeds the limit of 32768 bytes");
        }
    }

    @Test
    void refusesAChunkedBodyThatNeverEnds() throws IOException {
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        try (RawHttp raw = new RawHttp(gateway.port())) {
            raw.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 33; i++) {
                raw.send(chunk);
            }

            RawHttp.Response response = raw.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).contains("exceeds the limit of 32768 bytes");
        }
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws IOException {
        String body = body(5);
        String padded = body + " ".repeat(BODY_BYTES_MAX - body.length());
        try (RawHttp raw = new RawHttp(gateway.port())) {
            assertAnswers(raw.send(RawHttp.post(INFER, padded)).read(), 5);
        }
    }

    @Test
    void speaksHttp10() throws IOException {
        String body = body(6);
        String request = "POST " + INFER + " HTTP/1.0\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (RawHttp raw = new RawHttp(gateway.port())) {
            String answer = raw.send(request).readToEnd();

            assertThat(answer).containsPattern("^HTTP/1\\.[01] 200 ").contains("\"data\":[6]");
            assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("transfer-encoding");
        }
    }

    @Test
    void upgradesToHttp2() throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        for (int i = 0; i < 3; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + INFER))
                    .POST(HttpRequest.BodyPublishers.ofString(body(i)))
                    .build();

            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).contains("\"data\":[" + i + "]");
            assertThat(response.headers().firstValue("sluice-version")).contains("1");
        }
    }

    @Test
    void speaksHttp2ToThoseWhoKnow() throws InterruptedException, TimeoutException {
        Vertx vertx = Vertx.vertx();
        try {
            io.vertx.core.http.HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            List<io.vertx.core.Future<Buffer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String body = i == 10 ? "{" : body(i);
                answers.add(client.request(HttpMethod.POST, gateway.port(), "127.0.0.1", INFER)
                        .compose(request -> request.send(body))
                        .compose(io.vertx.core.http.HttpClientResponse::body));
            }

            for (int i = 0; i < 20; i++) {
                String text = answers.get(i).await(10, TimeUnit.SECONDS).toString();
                assertThat(text).contains(i == 10 ? "invalid JSON at byte 1" : "\"data\":[" + i + "]");
            }
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static byte[] gzip(String text) {
        return compress(text, false, false);
    }

    private static byte[] compress(String text, boolean deflate, boolean raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = deflate
                ? new DeflaterOutputStream(bytes, new Deflater(Deflater.DEFAULT_COMPRESSION, raw))
                : new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void readsCompressedBodies() {
        HttpCalls calls = gateway.calls();

        HttpCalls.Answer gzip = calls.post(INFER, gzip(body(1)), "Content-Encoding", "gzip");
        HttpCalls.Answer zlib = calls.post(INFER, compress(body(2), true, false), "Content-Encoding", "deflate");
        HttpCalls.Answer raw = calls.post(INFER, compress(body(3), true, true), "Content-Encoding", "deflate");
        HttpCalls.Answer plain = calls.post(INFER, body(4), "Content-Encoding", "identity");

        assertThat(gzip.text()).contains("\"data\":[1]");
        assertThat(zlib.text()).contains("\"data\":[2]");
        assertThat(raw.text()).contains("\"data\":[3]");
        assertThat(plain.text()).contains("\"data\":[4]");
    }

    @Test
    void countsBinaryDataInsideTheInflatedBody() {
        InferBody body = new InferBody().binary("x", "INT32", "[1,1]", LittleEndian.ints(77));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(body.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String[] headers = Arrays.copyOf(body.headers(), body.headers().length + 2);
        headers[headers.length - 2] = "Content-Encoding";
        headers[headers.length - 1] = "gzip";

        HttpCalls.Answer answer = gateway.calls().post(INFER, compressed.toByteArray(), headers);

        assertThat(InferAnswer.of(answer).output("y").get("data").toString()).isEqualTo("[77]");
    }

    @Test
    void compressesLargeAnswersForThoseWhoAccept() throws IOException {
        String numbers = "1,".repeat(999) + "1";
        String body = body("big", numbers, 1000);
        HttpCalls calls = gateway.calls();

        HttpCalls.Answer gzip = calls.post(INFER, body, "Accept-Encoding", "gzip, deflate");
        HttpCalls.Answer deflate = calls.post(INFER, body, "Accept-Encoding", "gzip;q=0, deflate");
        HttpCalls.Answer plain = calls.post(INFER, body, "Accept-Encoding", "br");
        HttpCalls.Answer small = calls.post(INFER, body(1), "Accept-Encoding", "gzip");

        assertThat(gzip.header("content-encoding")).isEqualTo("gzip");
        assertThat(gzip.header("vary")).isEqualToIgnoringCase("accept-encoding");
        assertThat(inflate(new GZIPInputStream(
                        new ByteArrayInputStream(gzip.response().body()))))
                .contains("\"data\":[" + numbers + "]");
        assertThat(deflate.header("content-encoding")).isEqualTo("deflate");
        assertThat(inflate(new InflaterInputStream(
                        new ByteArrayInputStream(deflate.response().body()))))
                .contains("\"data\":[" + numbers + "]");
        assertThat(plain.header("content-encoding")).isEmpty();
        assertThat(plain.text()).contains("\"data\":[" + numbers + "]");
        assertThat(small.header("content-encoding")).isEmpty();
    }

    private static String inflate(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void refusesABodyThatInflatesBeyondTheLimit() {
        byte[] bomb = gzip(" ".repeat(10 << 20));

        HttpCalls.Answer answer = gateway.calls().post(INFER, bomb, "Content-Encoding", "gzip");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().get("code").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(answer.error())
                .isEqualTo("the inflated body exceeds the limit of " + INFLATED_BYTES_MAX + " bytes (it was sent as "
                        + bomb.length + " bytes of gzip)");
    }

    @Test
    void refusesCompressedBodiesThatAreCutShort() {
        for (String coding : List.of("gzip", "deflate")) {
            byte[] whole = compress(body(1), coding.equals("deflate"), false);
            for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
                HttpCalls.Answer answer =
                        gateway.calls().post(INFER, Arrays.copyOf(whole, length), "Content-Encoding", coding);

                assertThat(answer.status()).as(coding + " " + length).isEqualTo(400);
                assertThat(answer.error()).isEqualTo("the body is not complete, valid " + coding + " data");
            }
        }
    }

    @Test
    void refusesHeadersThatAreTooLarge() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response =
                    raw.send(post(INFER, "{}", "X-Large: " + "x".repeat(5000))).read();

            assertThat(response.status()).as(response.text()).isEqualTo(431);
            assertThat(response.text()).contains("\"code\":\"HEADERS_TOO_LARGE\"");
            assertThat(raw.readToEnd()).isEmpty();
        }
    }

    @Test
    void refusesARequestLineThatIsTooLong() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response = raw.send(
                            "GET /v2/models/" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: t\r\n\r\n")
                    .read();

            assertThat(response.status()).as(response.text()).isEqualTo(414);
            assertThat(response.text()).contains("the request line is too long");
        }
    }

    @Test
    void endsABodyThatTakesTooLong() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            long start = System.nanoTime();
            RawHttp.Response response = raw.send(
                            "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{\"id\"")
                    .read();

            assertThat(response.status()).as(response.text()).isEqualTo(408);
            assertThat(response.text())
                    .contains("the body was not complete after 500 ms; 5 bytes had arrived")
                    .contains("\"code\":\"DEADLINE_EXCEEDED\"");
            assertThat(raw.readToEnd()).isEmpty();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000\u0001\u0002\u0003\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
                "hello\r\n\r\n",
                "POST " + INFER + " HTTP/1.1\r\nno colon here\r\n\r\n",
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n",
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
                "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
            })
    void answersGarbageWithBadRequest(String garbage) throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            String answer =
                    raw.send(garbage.getBytes(StandardCharsets.ISO_8859_1)).readToEnd();

            assertThat(answer).containsPattern("^HTTP/1\\.[01] 400 ").doesNotContain("Exception", "netty");
        }
        assertThat(gateway.calls().get("/v2/health/live").status()).isEqualTo(200);
    }

    @Test
    void closesConnectionsBeyondTheirNumber() throws IOException {
        try (RunningGateway small = RunningGateway.start(repository, "http.max-connections=2", "http.loops=1");
                RawHttp first = new RawHttp(small.port())) {
            assertAnswers(first.send(RawHttp.post(INFER, body(1))).read(), 1);
            try (RawHttp second = new RawHttp(small.port())) {
                assertAnswers(second.send(RawHttp.post(INFER, body(2))).read(), 2);
                try (RawHttp third = new RawHttp(small.port())) {
                    assertThatThrownBy(() ->
                                    third.send(RawHttp.post(INFER, body(3))).read())
                            .isInstanceOf(IOException.class);
                }

                assertThat(MetricsPage.of(small).value("sluice_http_connection_refusals_total"))
                        .isEqualTo(1);
                assertAnswers(first.send(RawHttp.post(INFER, body(4))).read(), 4);
            }
            Await.until(
                    "the connection's place is free",
                    () -> MetricsPage.of(small).value("sluice_http_connections") == 1);
            try (RawHttp next = new RawHttp(small.port())) {
                assertAnswers(next.send(RawHttp.post(INFER, body(5))).read(), 5);
            }
        }
    }
}
