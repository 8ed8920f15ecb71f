package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What careless and hostile clients do: the server stays up, loses nothing and serves the others. */
class AbuseIT {
    private static final String INFER = "/v2/models/mlp/infer";
    private static final String GOOD = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,16],\"datatype\":\"FP32\",\"data\":["
            + "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}]}";

    @TempDir
    private static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "mlp", "slow");
        gateway = RunningGateway.start(
                repository,
                "http.loops=1",
                "http.idle-timeout=1s",
                "inference.threads=1",
                "models.slow.batching.enabled=false");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Found in review: three such bodies at once ended a process with a heap of 1 GiB. */
    @Test
    void survivesManyBodiesThatInflateToHundredsOfMebibytes()
            throws IOException, InterruptedException, ExecutionException {
        byte[] bomb = spaces(250 << 20);
        ExecutorService clients = Executors.newFixedThreadPool(6);
        Set<Integer> statuses = new TreeSet<>();
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                answers.add(clients.submit(() -> gateway.calls()
                        .post(INFER, bomb, "content-encoding", "gzip")
                        .status()));
            }
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get());
            }
        } finally {
            clients.shutdownNow();
        }

        assertThat(statuses).isSubsetOf(400, 413, 503);
        assertThat(gateway.calls().post(INFER, GOOD).status()).isEqualTo(200);
        assertNothingIsHeld();
    }

    /** Found in review: the engine's own idle timeout cut connections whose request was waiting. */
    @Test
    void keepsAConnectionWhoseRequestTakesLongerThanTheIdleTimeout() throws IOException {
        int requests = 25; // 60 ms each on one thread
        List<RawHttp> clients = new ArrayList<>();
        String body =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8]}]}";
        for (int i = 0; i < requests; i++) {
            clients.add(new RawHttp(gateway.port()).send(RawHttp.post("/v2/models/slow/infer", body)));
        }

        for (RawHttp client : clients) {
            assertThat(client.read().status()).isEqualTo(200);
            client.close();
        }
    }

    @Test
    void closesConnectionsThatStaySilentOrNeverFinishTheirHead() throws IOException {
        try (RawHttp silent = new RawHttp(gateway.port());
                RawHttp half = new RawHttp(gateway.port()).send("GET /v2/health/live HTTP/1.1\r\nHost:")) {
            assertThat(silent.readToEnd()).isEmpty();
            assertThat(half.readToEnd()).isEmpty();
        }
        Await.until("their places are free", () -> MetricsPage.of(gateway).value("sluice_http_connections") <= 1);
    }

    /** Found in review: such a body was read to its end, whatever its length. */
    @Test
    void closesAConnectionWhoseBodyNobodyWants() throws IOException {
        try (RawHttp raw = new RawHttp(gateway.port())) {
            RawHttp.Response response = raw.send(
                            "POST /nope HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000\r\n\r\nabc")
                    .read();

            assertThat(response.status()).isEqualTo(404);
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(raw.readToEnd()).isEmpty();
        }
    }

    /** Found in review: the registry held the counts weakly, so they stopped at the first collection. */
    @Test
    void countsRefusalsAfterACollectionToo() throws IOException {
        try (RunningGateway small = RunningGateway.start(repository, "http.max-connections=1", "http.loops=1");
                RawHttp first = new RawHttp(small.port())) {
            assertThat(first.send(RawHttp.post(INFER, GOOD)).read().status()).isEqualTo(200);
            System.gc();

            for (int i = 0; i < 5; i++) {
                try (RawHttp refused = new RawHttp(small.port())) {
                    assertThat(refused.readToEnd()).isEmpty();
                }
            }

            assertThat(MetricsPage.of(small).value("sluice_http_connection_refusals_total"))
                    .isEqualTo(5);
        }
    }

    private static void assertNothingIsHeld() {
        Await.until("no body is held", () -> MetricsPage.of(gateway).value("sluice_body_bytes") == 0);
        Await.until("no tensor is held", () -> MetricsPage.of(gateway).value("sluice_tensor_bytes_in_use") == 0);
        Await.until("no request is held", () -> MetricsPage.of(gateway).value("sluice_admitted_requests") == 0);
    }

    private static byte[] spaces(int count) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] chunk = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new GZIPOutputStream(packed)) {
            for (int written = 0; written < count; written += chunk.length) {
                out.write(chunk);
            }
        }
        return packed.toByteArray();
    }
}
