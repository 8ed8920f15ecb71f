package dev.sluice.gateway;

import static dev.sluice.gateway.KnownHeadRequests.INFER;
import static dev.sluice.gateway.KnownHeadRequests.LIVE;
import static dev.sluice.gateway.KnownHeadRequests.bytes;
import static dev.sluice.gateway.KnownHeadRequests.infer;
import static dev.sluice.gateway.KnownHeadRequests.post;
import static dev.sluice.gateway.KnownHeadRequests.takenCount;
import static dev.sluice.gateway.KnownHeadRequests.taught;
import static dev.sluice.gateway.KnownHeadRequests.withoutIds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Clients that leave, do not read or are still there when the server stops, while their requests pass the HTTP engine. */
class KnownHeadsClientsIT {
    private static final String SLOW = "/v2/models/slow/infer";
    /** Requests whose answers the kernel and the server hold for a client that does not read, at most. */
    private static final int STALLED_MAX = 1_000;

    @TempDir
    private static Path repository;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "identity-int32", "slow");
        gateway = gateway("http.idle-timeout=60s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RunningGateway gateway(String... settings) {
        List<String> all =
                new ArrayList<>(List.of("http.loops=1", "inference.threads=1", "models.slow.batching.enabled=false"));
        all.addAll(List.of(settings));
        return RunningGateway.start(repository, all.toArray(new String[0]));
    }

    private static String slow(int rows) {
        return post(
                SLOW,
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[" + rows + ",8],\"datatype\":\"FP32\",\"data\":["
                        + "1,".repeat(8 * rows - 1) + "1]}]}");
    }

    /** A connection on which the head of {@link #slow} is known. */
    private static RawHttp taughtSlow(RunningGateway server) throws IOException {
        RawHttp raw = new RawHttp(server.port());
        raw.send(slow(1)).readExactly();
        return raw;
    }

    private static double pending(RunningGateway server) {
        return MetricsPage.of(server).value("nv_inference_pending_request_count", "model", "slow");
    }

    private static double gone(RunningGateway server) {
        return MetricsPage.of(server).valueOrZero("sluice_http_responses_total", "status", "499");
    }

    private static void assertNothingIsHeld(RunningGateway server) {
        for (String name :
                new String[] {"sluice_body_bytes", "sluice_tensor_bytes_in_use", "sluice_admitted_requests"}) {
            Await.until(name + " is 0", () -> MetricsPage.of(server).value(name) == 0);
        }
    }

    @Test
    void cancelsATakenRequestWhoseClientGoes() throws IOException {
        double before = gone(gateway);
        try (RawHttp busy = taughtSlow(gateway)) {
            try (RawHttp raw = taughtSlow(gateway)) {
                double taken = takenCount(gateway);
                busy.send(slow(30));
                Await.until("the worker is busy", () -> pending(gateway) == 1);
                raw.send(slow(1));
                Await.until("it was taken", () -> takenCount(gateway) == taken + 2);
            }

            Await.until("it is gone", () -> gone(gateway) == before + 1);
            assertThat(pending(gateway)).isEqualTo(1);
            assertThat(busy.read().status()).isEqualTo(200);
        }
        assertNothingIsHeld(gateway);
    }

    @Test
    void keepsTheDeadlineOfATakenRequest() throws IOException {
        String limited = slow(1).replace("\r\n\r\n", "\r\nsluice-timeout-ms: 50\r\n\r\n");
        try (RawHttp busy = taughtSlow(gateway);
                RawHttp raw = new RawHttp(gateway.port());
                RawHttp fresh = new RawHttp(gateway.port())) {
            busy.send(slow(30));
            Await.until("the worker is busy", () -> pending(gateway) == 1);
            raw.send(limited).readExactly();
            double taken = takenCount(gateway);

            RawHttp.Response late = raw.send(limited).read();
            RawHttp.Response expected = fresh.send(limited).read();

            assertThat(takenCount(gateway)).isEqualTo(taken + 1);
            assertThat(late.status()).as(late.text()).isEqualTo(504);
            assertThat(withoutIds(late.text())).isEqualTo(withoutIds(expected.text()));
            assertThat(busy.read().status()).isEqualTo(200);
        }
        assertNothingIsHeld(gateway);
    }

    @Test
    void forgetsAClientThatGoesWithinABody() throws IOException {
        byte[] request = bytes(infer(1));
        for (int at : new int[] {1, 20, request.length - 60, request.length - 1}) {
            try (RawHttp raw = taught(gateway)) {
                raw.send(RawHttp.splitAt(request, at).get(0));
            }
        }

        Await.until("they are gone", () -> MetricsPage.of(gateway).value("sluice_http_connections") == 0);
        assertNothingIsHeld(gateway);
    }

    @Test
    void treatsAClientThatEndsItsSideAsTheEngineDoes() throws IOException {
        String expected;
        try (RawHttp raw = new RawHttp(gateway.port())) {
            expected = raw.send(slow(1)).endOutput().readToEnd();
        }
        try (RawHttp raw = taughtSlow(gateway)) {
            assertThat(withoutIds(raw.send(slow(1)).endOutput().readToEnd())).isEqualTo(withoutIds(expected));
        }
        assertNothingIsHeld(gateway);
    }

    private static String wide() {
        return post(
                INFER,
                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT32\",\"shape\":[1,6000],\"data\":[" + "7,".repeat(5999)
                        + "7]}]}");
    }

    /** Sends one request after the other without reading; returns how many were taken when no more were. */
    private static int stall(RunningGateway server, RawHttp raw, String request) throws IOException {
        double before = takenCount(server);
        for (int sent = 0; sent < STALLED_MAX; sent++) {
            double expected = before + sent + 1;
            raw.send(request);
            long start = System.nanoTime();
            while (takenCount(server) < expected) {
                if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(700)) {
                    return sent;
                }
            }
        }
        throw new AssertionError("the server took " + STALLED_MAX + " requests of a client that reads no answer");
    }

    private static RawHttp taughtWide(RunningGateway server, String request) throws IOException {
        RawHttp raw = new RawHttp(server.port(), 4 << 10);
        double before = takenCount(server);
        for (int i = 0; i < 10; i++) {
            raw.send(request).readExactly();
        }
        assertThat(takenCount(server)).isGreaterThan(before);
        return raw;
    }

    @Test
    void takesNoMoreFromAClientThatDoesNotReadAndGoesOnWhenItDoes() throws IOException {
        String request = wide();
        try (RawHttp raw = taughtWide(gateway, request)) {
            String answer = withoutIds(raw.send(request).readExactly());
            int taken = stall(gateway, raw, request);
            assertThat(taken).isGreaterThan(5);

            // The last request was sent and not taken, and is answered now.
            for (int i = 0; i < taken + 1; i++) {
                assertThat(withoutIds(raw.readExactly())).isEqualTo(answer);
            }
            assertThat(raw.send(LIVE).read().status()).isEqualTo(200);
        }
        assertNothingIsHeld(gateway);
    }

    @Test
    void closesTheConnectionOfAClientThatNeverReads() throws IOException {
        try (RunningGateway impatient = gateway("http.idle-timeout=2s");
                RawHttp raw = taughtWide(impatient, wide())) {
            stall(impatient, raw, wide());

            Await.until("it is closed", () -> MetricsPage.of(impatient).value("sluice_http_connections") == 0);
            assertNothingIsHeld(impatient);
        }
    }

    @Test
    void answersTakenRequestsBeforeItStops()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        RunningGateway stopping = gateway("shutdown.timeout=20s");
        CompletableFuture<Void> stopped;
        try (RawHttp first = taughtSlow(stopping);
                RawHttp second = taughtSlow(stopping);
                RawHttp idle = taughtSlow(stopping)) {
            double taken = takenCount(stopping);
            first.send(slow(8));
            second.send(slow(8));
            Await.until("both are taken", () -> takenCount(stopping) == taken + 2);

            stopped = CompletableFuture.runAsync(stopping::close);

            for (RawHttp raw : List.of(first, second)) {
                RawHttp.Response response = raw.read();
                assertThat(response.status()).as(response.text()).isEqualTo(200);
                assertThat(response.headers()).containsEntry("connection", "close");
                assertThat(raw.readToEnd()).isEmpty();
            }
            assertThat(idle.readToEnd()).isEmpty();
        }
        stopped.get(20, TimeUnit.SECONDS);
    }

    @Test
    void refusesTakenRequestsAsTheEngineDoesWhenTheServerIsFull() throws IOException {
        try (RunningGateway small = gateway("limits.concurrent-requests=1");
                RawHttp raw = taughtSlow(small);
                RawHttp fresh = new RawHttp(small.port());
                RawHttp busy = new RawHttp(small.port())) {
            double taken = takenCount(small);
            busy.send(slow(20));
            Await.until("the server is full", () -> MetricsPage.of(small).value("sluice_admitted_requests") == 1);

            String refused = withoutIds(raw.send(slow(1)).readExactly());

            assertThat(takenCount(small)).isEqualTo(taken + 1);
            assertThat(refused).startsWith("HTTP/1.1 503 ").contains("retry-after: 1\r\n");
            assertThat(refused).isEqualTo(withoutIds(fresh.send(slow(1)).readExactly()));
            assertThat(busy.read().status()).isEqualTo(200);
        }
    }

    @Test
    void leaksNoBuffers() throws IOException {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        ListAppender<ILoggingEvent> leaks = new ListAppender<>();
        leaks.start();
        logger.addAppender(leaks);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (RunningGateway watched = gateway()) {
            double taken = takenCount(watched);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 40; i++) {
                    misbehave(watched, i);
                }
                // Leaks are found when what leaked is collected and the next buffer is taken.
                System.gc();
                System.runFinalization();
            }
            misbehave(watched, 0);
            assertThat(takenCount(watched)).isGreaterThan(taken + 50);
            assertNothingIsHeld(watched);
        } finally {
            ResourceLeakDetector.setLevel(before);
            logger.detachAppender(leaks);
        }
        assertThat(leaks.list).isEmpty();
    }

    private static void misbehave(RunningGateway server, int kind) throws IOException {
        try (RawHttp raw = taught(server)) {
            switch (kind % 5) {
                case 0 -> raw.send(infer(1)).send(infer(2)).send(LIVE).send(infer(3));
                case 1 -> raw.send(infer(1) + infer(2).substring(0, 100));
                case 2 -> raw.send(infer(1)).readExactly();
                // The engine gets these, and the connection ends while the later ones wait in it.
                case 3 -> raw.send(slow(1)).send(infer(1)).send(infer(2));
                default -> {
                    raw.send(slow(1)).readExactly();
                    raw.send(slow(1)).send(infer(1)).send(infer(2));
                }
            }
        }
    }
}
