package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that the network does not take at once, and clients that take their time. */
class LargeAnswerIT {
    private static final String INFER = "/v2/models/identity-int32/infer";
    /** More than the kernel holds for both sides of a connection. */
    private static final int ELEMENTS = 8_000_000;

    private static final byte[] TENSOR = tensor();
    /** Built before a connection is opened: one that says nothing for a second is closed. */
    private static final byte[] REQUEST = request();

    @TempDir
    private static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-int32");
        gateway = RunningGateway.start(repository, "http.loops=1", "http.idle-timeout=1s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static byte[] tensor() {
        byte[] tensor = new byte[4 * ELEMENTS];
        for (int i = 0; i < tensor.length; i++) {
            tensor[i] = (byte) ((i * 31) >>> 7);
        }
        return tensor;
    }

    private static InferBody body() {
        return new InferBody()
                .binary("x", "INT32", "[1," + ELEMENTS + "]", TENSOR)
                .binaryOutputs();
    }

    private static byte[] request() {
        InferBody body = body();
        StringBuilder head = new StringBuilder("POST " + INFER + " HTTP/1.1\r\nHost: t\r\n");
        String[] headers = body.headers();
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        head.append("Content-Length: ").append(body.bytes().length).append("\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body.bytes());
        return request.toByteArray();
    }

    private static double bodyBytes() {
        return MetricsPage.of(gateway).value("sluice_body_bytes");
    }

    private static double connections() {
        return MetricsPage.of(gateway).value("sluice_http_connections");
    }

    /** Sends the request and waits until its answer lies on the server. */
    private static RawHttp withoutReading() throws IOException {
        RawHttp raw = new RawHttp(gateway.port()).send(REQUEST);
        Await.until(
                "the answer waits for its client",
                () -> MetricsPage.of(gateway).value("nv_inference_pending_request_count", "model", "identity-int32")
                                == 0
                        && MetricsPage.of(gateway).value("sluice_tensor_bytes_in_use") == 0
                        && bodyBytes() >= TENSOR.length);
        return raw;
    }

    @Test
    void arriveWhole() {
        InferAnswer answer = InferAnswer.of(body().postTo(gateway.calls(), "identity-int32"));

        assertThat(Arrays.equals(answer.bytes("y"), TENSOR)).isTrue();
    }

    @Test
    void arriveWholeOverHttp2() throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        URI uri = URI.create("http://127.0.0.1:" + gateway.port());
        client.send(HttpRequest.newBuilder(uri.resolve("/v2")).build(), HttpResponse.BodyHandlers.discarding());

        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(uri.resolve(INFER))
                        .headers(body().headers())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body().bytes()))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(Arrays.equals(InferAnswer.of(new HttpCalls.Answer(response)).bytes("y"), TENSOR))
                .isTrue();
    }

    @Test
    void arriveWholeAtAClientThatIsInNoHurry() throws IOException {
        try (RawHttp raw = withoutReading()) {
            RawHttp.Response response = raw.read();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).containsKey("content-length");
            Await.until("nothing is held", () -> bodyBytes() == 0);
            assertThat(raw.send(RawHttp.post(INFER, "{}")).read().status()).isEqualTo(400);
        }
    }

    @Test
    void areForgottenWhenTheClientGoes() throws IOException {
        try (RawHttp raw = withoutReading()) {
            assertThat(raw).isNotNull();
        }

        Await.until("nothing is held", () -> bodyBytes() == 0);
    }

    @Test
    void areForgottenWhenTheClientNeverReads() throws IOException {
        try (RawHttp raw = withoutReading()) {
            assertThat(raw).isNotNull();
            Await.until("nothing is held", () -> bodyBytes() == 0);
            Await.until("the connection is closed", () -> connections() == 0);
        }
    }
}
