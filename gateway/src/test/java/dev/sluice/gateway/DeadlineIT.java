package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that cannot wait, clients that do not, and too many of both, while the only worker is busy. */
class DeadlineIT {
    private static final String INFER = "/v2/models/slow/infer";
    private static final int BLOCKER_ROWS = 64;
    private static final long LATE_MILLIS_MAX = 100;

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static ExecutorService clients;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "slow", "gather");
        // The blocker is one run of most of a second.
        Repositories.configure(
                repository,
                "slow",
                "batching: {enabled: true, max-batch-size: " + BLOCKER_ROWS + ", queue-rows: 100}\n");
        Repositories.configure(repository, "gather", "batching: {enabled: true, execution: queued}\n");
        gateway = RunningGateway.start(repository, "inference.threads=1");
        clients = Executors.newFixedThreadPool(8);
        // The first request of a path also pays for loading its classes.
        gateway.calls().post(INFER, body(1, "{\"timeout\":1}"));
    }

    @AfterAll
    static void stop() {
        clients.shutdownNow();
        gateway.close();
    }

    private static String body(int rows, String parameters) {
        return "{\"parameters\":" + parameters + ",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[" + rows
                + ",8],\"data\":[" + "1,".repeat(rows * 8 - 1) + "1]}]}";
    }

    private static double metric(String name, String... labels) {
        return MetricsPage.of(gateway).value(name, labels);
    }

    /** Keeps the only worker busy until its answer is read. */
    private static RawHttp block(RunningGateway server) throws IOException {
        RawHttp blocker = new RawHttp(server.port());
        blocker.send(RawHttp.post(INFER, body(BLOCKER_ROWS, "{}")));
        Await.until("the worker is busy", () -> {
            MetricsPage page = MetricsPage.of(server);
            return page.value("nv_inference_pending_request_count", "model", "slow") == 1
                    && page.value("sluice_queue_rows", "model", "slow") == 0;
        });
        return blocker;
    }

    private static void assertEnds(RawHttp blocker) throws IOException {
        assertThat(blocker.read().status()).isEqualTo(200);
    }

    /** An answer, and how long it took. */
    private record Timed(HttpCalls.Answer answer, long limitMillis, long tookMillis) {
        long lateMillis() {
            return tookMillis - limitMillis;
        }
    }

    private static Timed timed(HttpCalls calls, int rows, int limitMillis, boolean byHeader) {
        String body = body(rows, byHeader ? "{}" : "{\"timeout\":" + limitMillis * 1000 + "}");
        String[] headers = byHeader ? new String[] {"sluice-timeout-ms", Integer.toString(limitMillis)} : new String[0];
        long start = System.nanoTime();
        HttpCalls.Answer answer = calls.post(INFER, body, headers);
        return new Timed(answer, limitMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    @Test
    void keepsDeadlinesWhileTheWorkerIsBusy() throws IOException, InterruptedException, ExecutionException {
        HttpCalls calls = gateway.calls();
        List<Callable<Timed>> requests = new ArrayList<>();
        for (int limitMillis : new int[] {100, 200, 300}) {
            requests.add(() -> timed(calls, 1, limitMillis, false));
            requests.add(() -> timed(calls, 1, limitMillis, true));
        }
        try (RawHttp blocker = block(gateway)) {
            List<Future<Timed>> answers = clients.invokeAll(requests);

            long leastLateMillis = Long.MAX_VALUE;
            for (Future<Timed> answer : answers) {
                Timed timed = answer.get();
                assertThat(timed.answer().status()).as(timed.answer().text()).isEqualTo(504);
                assertThat(timed.answer().json().get("code").asText()).isEqualTo("DEADLINE_EXCEEDED");
                assertThat(timed.answer().error())
                        .startsWith("deadline exceeded: the request to ")
                        .contains("slow")
                        .matches(".* waited [0-9]+ ms in the queue and did not run");
                assertThat(timed.lateMillis()).as("early").isGreaterThanOrEqualTo(0);
                leastLateMillis = Math.min(leastLateMillis, timed.lateMillis());
            }
            // A busy machine may delay one answer; a timer that waits for the worker delays all of them.
            assertThat(leastLateMillis).isLessThan(LATE_MILLIS_MAX);
            assertThat(metric("sluice_queue_rows", "model", "slow")).isZero();
            assertEnds(blocker);
        }
    }

    @Test
    void saysThatARequestRanForTooLong() {
        Timed timed = timed(gateway.calls(), BLOCKER_ROWS, 150, false);

        assertThat(timed.answer().status()).as(timed.answer().text()).isEqualTo(504);
        assertThat(timed.answer().error())
                .matches("deadline exceeded: the request to .* waited [0-9]+ ms in the queue and ran for [0-9]+ ms"
                        + " without an answer");
        assertThat(timed.lateMillis()).isBetween(0L, 5 * LATE_MILLIS_MAX);
    }

    @Test
    void takesTheShorterOfTwoDeadlines() throws IOException {
        try (RawHttp blocker = block(gateway)) {
            HttpCalls.Answer header =
                    gateway.calls().post(INFER, body(1, "{\"timeout\":60000000}"), "sluice-timeout-ms", "50");
            HttpCalls.Answer parameter =
                    gateway.calls().post(INFER, body(1, "{\"timeout\":50000}"), "sluice-timeout-ms", "60000");

            assertThat(header.status()).isEqualTo(504);
            assertThat(parameter.status()).isEqualTo(504);
            assertEnds(blocker);
        }
    }

    @Test
    void answersWithinADeadlineThatIsLongEnough() {
        HttpCalls.Answer answer = gateway.calls().post(INFER, body(1, "{\"timeout\":15000000}"));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void forgetsClientsThatHaveGone() throws IOException {
        double cancelled = metric("nv_inference_request_failure", "model", "slow", "reason", "CANCELED");
        try (RawHttp blocker = block(gateway)) {
            try (RawHttp waiting = new RawHttp(gateway.port())) {
                waiting.send(RawHttp.post(INFER, body(3, "{}")));
                Await.until("the request waits", () -> metric("sluice_queue_rows", "model", "slow") == 3);
            }

            Await.until("its place is free", () -> metric("sluice_queue_rows", "model", "slow") == 0);
            MetricsPage page = MetricsPage.of(gateway);
            assertThat(page.value("nv_inference_pending_request_count", "model", "slow"))
                    .as("the worker is still busy")
                    .isEqualTo(1);
            assertThat(page.value("nv_inference_request_failure", "model", "slow", "reason", "CANCELED"))
                    .isEqualTo(cancelled + 1);
            assertThat(page.value("sluice_admitted_requests")).isEqualTo(1);
            assertEnds(blocker);
        }
        Await.until("tensor memory is given back", () -> metric("sluice_tensor_bytes_in_use") == 0);
    }

    @Test
    void refusesWhatTheQueueCannotHold() throws IOException {
        try (RawHttp blocker = block(gateway);
                RawHttp waiting = new RawHttp(gateway.port())) {
            waiting.send(RawHttp.post(INFER, body(99, "{}")));
            Await.until("the request waits", () -> metric("sluice_queue_rows", "model", "slow") == 99);

            HttpCalls.Answer refused = gateway.calls().post(INFER, body(2, "{}"));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.json().get("code").asText()).isEqualTo("OVERLOADED");
            assertThat(refused.error())
                    .endsWith(" is full: 99 rows wait, 2 more exceed the limit of 100 rows")
                    .contains("slow");
            assertEnds(blocker);
        }
    }

    @Test
    void refusesARequestThatNoQueueCouldHold() {
        HttpCalls.Answer refused = gateway.calls().post(INFER, body(101, "{}"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).endsWith(" may have at most 100 rows, got 101");
    }

    @Test
    void letsABadRowFailAlone() throws IOException {
        List<RawHttp> neighbours = new ArrayList<>();
        try (RawHttp blocker = block(gateway)) {
            for (int i = 0; i < 10; i++) {
                RawHttp neighbour = new RawHttp(gateway.port());
                neighbours.add(neighbour);
                neighbour.send(RawHttp.post(
                        "/v2/models/gather/infer",
                        "{\"inputs\":[{\"name\":\"indices\",\"datatype\":\"INT64\",\"shape\":[1,1],\"data\":["
                                + (i == 7 ? 99 : i) + "]}]}"));
            }
            Await.until("all wait", () -> metric("sluice_queue_rows", "model", "gather") == 10);

            for (int i = 0; i < 10; i++) {
                RawHttp.Response response = neighbours.get(i).read();
                if (i == 7) {
                    assertThat(response.status()).as(response.text()).isEqualTo(500);
                    assertThat(response.text()).contains("\"code\":\"MODEL_FAILED\"");
                } else {
                    assertThat(response.status()).as(response.text()).isEqualTo(200);
                    assertThat(response.text())
                            .contains("\"data\":[" + i + ".0," + i + ".25," + i + ".5," + i + ".75]");
                }
            }
            assertEnds(blocker);
        } finally {
            for (RawHttp neighbour : neighbours) {
                neighbour.close();
            }
        }
        assertThat(metric("sluice_repeated_runs_total", "model", "gather")).isPositive();
        assertThat(metric("nv_inference_request_success", "model", "gather")).isEqualTo(9);
        assertThat(metric("nv_inference_request_failure", "model", "gather", "reason", "BACKEND"))
                .isEqualTo(1);
    }

    @Test
    void boundsConcurrentRequests() throws IOException {
        try (RunningGateway small =
                        RunningGateway.start(repository, "inference.threads=1", "limits.concurrent-requests=1");
                RawHttp blocker = block(small)) {
            HttpCalls.Answer refused = small.calls().post(INFER, body(1, "{}"));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.error())
                    .isEqualTo("the server is at its limit of 1 concurrent requests; try again later");
            assertEnds(blocker);
            assertThat(small.calls().post(INFER, body(1, "{}")).status()).isEqualTo(200);
        }
    }
}
