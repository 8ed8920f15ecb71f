package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadGeneratorIT {
    private static final long STALL_FROM_MILLIS = 1000;
    private static final long STALL_TO_MILLIS = 2000;

    private final LoadGenerator generator = new LoadGenerator();

    private static LoadPlan.Builder plan(FakeInferenceServer server) {
        return LoadPlan.builder(server.url(), "m")
                .warmup(Duration.ofMillis(200))
                .duration(Duration.ofSeconds(1))
                .timeout(Duration.ofSeconds(5));
    }

    private LoadResult run(LoadPlan.Builder plan) throws CannotMeasureException, InterruptedException {
        return generator.run(plan.build(), second -> {});
    }

    /** Holds back every answer for a second, once, beginning a second after the first inference. */
    private static FakeInferenceServer stallingServer() throws InterruptedException {
        AtomicLong firstNanos = new AtomicLong();
        List<FakeInferenceServer> self = new ArrayList<>();
        FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            long now = System.nanoTime();
            if (number == 0) {
                firstNanos.set(now);
            }
            long millis = (now - firstNanos.get()) / 1_000_000;
            if (millis >= STALL_FROM_MILLIS && millis < STALL_TO_MILLIS) {
                self.get(0).vertx().setTimer(STALL_TO_MILLIS - millis, ignored -> FakeInferenceServer.ok(request));
            } else {
                FakeInferenceServer.ok(request);
            }
        });
        self.add(server);
        return server;
    }

    @Test
    void openLoopSeesAStallThatAClosedLoopHides() throws Exception {
        try (FakeInferenceServer forOpen = stallingServer();
                FakeInferenceServer forClosed = stallingServer()) {
            LoadResult open =
                    run(plan(forOpen).arrivals(new Arrivals.Constant(200)).duration(Duration.ofSeconds(3)));
            LoadResult closed =
                    run(plan(forClosed).arrivals(new Arrivals.Closed(1)).duration(Duration.ofSeconds(3)));

            assertThat(open.failed()).isZero();
            assertThat(open.latency().p99Nanos()).isGreaterThan(900_000_000L);
            assertThat(open.latency().p90Nanos()).isGreaterThan(400_000_000L);
            assertThat(closed.latency().maxNanos()).isGreaterThan(900_000_000L);
            assertThat(closed.latency().p90Nanos()).isLessThan(100_000_000L);
        }
    }

    @Test
    void latencyRunsFromTheIntendedTimeEvenWhenTheRequestWaitsForAConnection() throws Exception {
        try (FakeInferenceServer server = stallingServer()) {
            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Constant(200))
                    .connectionsMax(1)
                    .duration(Duration.ofSeconds(3)));

            assertThat(result.sent()).isBetween(599L, 601L);
            assertThat(result.failed()).isZero();
            assertThat(result.latency().p90Nanos()).isGreaterThan(400_000_000L);
        }
    }

    @Test
    void openLoopSendsThePlannedRateOverSeveralLoops() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            List<SecondSample> seconds = new ArrayList<>();
            LoadPlan plan = plan(server)
                    .arrivals(new Arrivals.Constant(300))
                    .loops(2)
                    .duration(Duration.ofSeconds(2))
                    .build();

            LoadResult result = generator.run(plan, seconds::add);

            assertThat(result.sent()).isBetween(599L, 601L);
            assertThat(result.ok()).isEqualTo(result.sent());
            assertThat(result.errors()).isEmpty();
            assertThat(seconds).isEqualTo(result.series()).hasSize(2);
            assertThat(result.series().stream().mapToLong(SecondSample::sent).sum())
                    .isCloseTo(result.sent(), within(5L));
        }
    }

    @Test
    void everyRequestHasExactlyOneOutcomeAndErrorsAreCountedByKind() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (number == 0) {
                FakeInferenceServer.ok(request);
                return;
            }
            switch ((int) (number % 5)) {
                case 0 -> FakeInferenceServer.fail(request, 503);
                case 1 -> FakeInferenceServer.fail(request, 400);
                case 2 -> request.connection().close();
                default -> FakeInferenceServer.ok(request);
            }
        })) {
            LoadResult result = run(plan(server).arrivals(new Arrivals.Poisson(500)));

            assertThat(result.sent()).isGreaterThan(300);
            assertThat(result.errors()).containsOnlyKeys("503", "400", "reset");
            assertThat(result.errors().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(result.failed());
            assertThat(result.errors().values())
                    .allSatisfy(count -> assertThat(count).isGreaterThan(40));
        }
    }

    /** With 32 connections all 15 requests of a timeout are sent at once; with 2, they wait for those before them. */
    @ParameterizedTest
    @CsvSource({"32,timeout", "2,unconnected"})
    void unansweredRequestsTimeOutAndCountAtTheirTimeout(int connections, String outcome) throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (number == 0) {
                FakeInferenceServer.ok(request);
            }
        })) {
            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Constant(50))
                    .connectionsMax(connections)
                    .timeout(Duration.ofMillis(300)));

            assertThat(result.errors().keySet())
                    .isSubsetOf("timeout", "unconnected")
                    .contains(outcome);
            assertThat(result.failed()).isEqualTo(result.sent());
            assertThat(result.latency().p50Nanos()).isBetween(290_000_000L, 1_000_000_000L);
            assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        }
    }

    @Test
    void refusedConnectionsAreCountedAndDoNotSpin() throws Exception {
        FakeInferenceServer server = FakeInferenceServer.start();
        AtomicInteger seconds = new AtomicInteger();
        LoadPlan plan = plan(server)
                .arrivals(new Arrivals.Closed(4))
                .duration(Duration.ofSeconds(3))
                .build();

        LoadResult result = generator.run(plan, second -> {
            if (seconds.getAndIncrement() == 0) {
                server.close();
            }
        });

        assertThat(result.ok()).isPositive();
        assertThat(result.errors()).containsKey("connect");
        assertThat(result.errors().get("connect")).isBetween(50L, 1_000L);
    }

    @Test
    void serverThatClosesEachConnectionIsServedWithoutErrors() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            request.response().putHeader("Connection", "close");
            FakeInferenceServer.ok(request);
        })) {
            LoadResult result = run(plan(server).arrivals(new Arrivals.Constant(100)));

            assertThat(result.errors()).isEmpty();
            assertThat(result.ok()).isBetween(99L, 101L);
        }
    }

    @Test
    void closedLoopKeepsOneRequestPerConnectionInFlight() throws Exception {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        List<FakeInferenceServer> self = new ArrayList<>();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            highest.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            self.get(0).vertx().setTimer(20, ignored -> {
                inFlight.decrementAndGet();
                FakeInferenceServer.ok(request);
            });
        })) {
            self.add(server);

            LoadResult result =
                    run(plan(server).arrivals(new Arrivals.Closed(7)).loops(2));

            assertThat(highest).hasValue(7);
            assertThat(result.failed()).isZero();
            assertThat(result.latency().p50Nanos()).isGreaterThan(19_000_000L);
        }
    }

    /** Answers come 50, 350, ... and 1850 ms after the span has begun: those of requests that were due before it count. */
    @Test
    void throughputOfSlowAnswersIsWhatTheServerAnswersInTheSpan() throws Exception {
        List<FakeInferenceServer> self = new ArrayList<>();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) ->
                self.get(0).vertx().setTimer(1000, ignored -> FakeInferenceServer.ok(request)))) {
            self.add(server);

            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Closed(30))
                    .slo(Slo.parse("rate=28"))
                    .warmup(Duration.ofMillis(500))
                    .duration(Duration.ofSeconds(2)));

            assertThat(result.okPerSecond()).isCloseTo(30, within(1.0));
            assertThat(result.sloOutcomes().get(0).met()).isTrue();
            assertThat(result.ok()).as("of those that were due in it").isEqualTo(result.sent());
        }
    }

    @Test
    void generatorThatCannotKeepUpSaysSo() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Constant(1_000_000))
                    .connectionsMax(8)
                    .timeout(Duration.ofMillis(500))
                    .warmup(Duration.ZERO));

            assertThat(result.complaints())
                    .anyMatch(complaint -> complaint.contains("waited for one of the 8 connections"));
            assertThat(result.sent())
                    .as("also what was given up counts as planned")
                    .isGreaterThan(500_000);
            assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        }
    }

    @Test
    void sendsTheFixedBodyAsItIs() throws Exception {
        String json = "{\"inputs\":[{\"name\":\"x\"}]}";
        AtomicInteger others = new AtomicInteger();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (!body.toString().equals(json) || !"application/json".equals(request.getHeader("Content-Type"))) {
                others.incrementAndGet();
            }
            FakeInferenceServer.ok(request);
        })) {
            LoadResult result =
                    run(plan(server).arrivals(new Arrivals.Constant(50)).body(new BodySource.Fixed(json, "test.json")));

            assertThat(result.ok()).isPositive();
            assertThat(others).hasValue(0);
        }
    }

    @Test
    void binaryBodiesCarryTheLengthOfTheirJson() throws Exception {
        AtomicInteger wrong = new AtomicInteger();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            int jsonBytes = Integer.parseInt(request.getHeader("Inference-Header-Content-Length"));
            // 2 rows of 4 FP32 and one INT64 follow the JSON.
            if (body.length() != jsonBytes + 2 * 4 * 4 + 8 || body.getByte(jsonBytes - 1) != '}') {
                wrong.incrementAndGet();
            }
            FakeInferenceServer.ok(request);
        })) {
            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Constant(50))
                    .body(new BodySource.Generated(2, Map.of(), true, 3)));

            assertThat(result.ok()).isPositive();
            assertThat(wrong).hasValue(0);
        }
    }

    @Test
    void refusesToMeasureTheWrongServer() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(plan(server).expected(new ExpectedServer("sluice", null))))
                    .withMessage(server.url() + " must be the server 'sluice', but it says it is 'fake'");
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(plan(server).expected(new ExpectedServer("fake", 1L))))
                    .withMessageMatching("process 1 must listen on port \\d+, but another one does"
                            + "|the sockets of process 1 cannot be read: .*");
            assertThat(server.inferences()).isZero();
        }
    }

    @Test
    void acceptsTheRightProcessAndReportsItsCpuTime() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            LoadResult result = run(plan(server)
                    .arrivals(new Arrivals.Constant(200))
                    .expected(new ExpectedServer("fake", ProcessHandle.current().pid())));

            assertThat(result.serverCpuNanosPerRequest()).isNotNull();
        }
    }

    @Test
    void refusesAModelThatIsNotReady() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(
                            () -> run(LoadPlan.builder(server.url(), "other").readyWithin(Duration.ofMillis(250))))
                    .withMessage("readiness of model 'other' must be answered with 200, got 404:"
                            + " {\"error\":\"made to fail\"}");
        }
    }

    @Test
    void refusesABodyThatTheServerRefuses() throws Exception {
        try (FakeInferenceServer server =
                FakeInferenceServer.start((request, number, body) -> FakeInferenceServer.fail(request, 400))) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(plan(server)))
                    .withMessage(
                            "a first inference of model 'm' with made tensors (--values, --shape and --rows say of what kind,"
                                    + " --body sends your own) must be answered with 200, got 400: {\"error\":\"made to fail\"}");
        }
    }

    @Test
    void refusesAnUnreachableServer() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        URI url = URI.create("http://127.0.0.1:" + port);

        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> run(LoadPlan.builder(url, "m")))
                .withMessageStartingWith(url + " is not reachable: ");
    }

    @Test
    void severalTargetsShareTheRequestsByWeightAndAreReportedApart() throws Exception {
        AtomicInteger ofN = new AtomicInteger();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (String.valueOf(request.path()).startsWith("/v2/models/n/versions/1/")) {
                ofN.incrementAndGet();
                assertThat(request.getHeader("X-Tier")).isEqualTo("gold");
                if (number % 2 == 0) {
                    FakeInferenceServer.fail(request, 503);
                    return;
                }
            }
            FakeInferenceServer.ok(request);
        })) {
            LoadTarget n =
                    new LoadTarget("second", "n", "1", 3, LoadTarget.of("n").body(), Map.of("X-Tier", "gold"));

            // The first inference of each target is number 0 and 1, so that the one of n succeeds.
            LoadResult result = run(plan(server)
                    .target(n)
                    .slo(Slo.parse("m:errors=0"))
                    .slo(Slo.parse("second:errors=0"))
                    .latenessP99Max(Duration.ofSeconds(5))
                    .arrivals(new Arrivals.Poisson(400))
                    .duration(Duration.ofSeconds(2)));

            Totals first = result.targets().get(0);
            Totals second = result.targets().get(1);
            assertThat(ofN).hasPositiveValue();
            assertThat(first.sent() + second.sent()).isEqualTo(result.sent());
            assertThat((double) second.sent() / result.sent()).isCloseTo(0.75, within(0.08));
            assertThat(first.failed()).isZero();
            assertThat(second.errors()).containsOnlyKeys("503");
            assertThat(result.sloOutcomes()).extracting(SloOutcome::met).containsExactly(true, false);
        }
    }

    @Test
    void stagesAreSentAndReportedEach() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            LoadResult result =
                    run(plan(server).arrivals(new Arrivals.Staged(Stage.parseAll("100x1s,100..300x1s"), true)));

            assertThat(result.stages()).extracting(Totals::name).containsExactly("100/s for 1 s", "100..300/s for 1 s");
            assertThat(result.stages().get(0).sent()).isBetween(99L, 101L);
            assertThat(result.stages().get(1).sent()).isBetween(199L, 201L);
            assertThat(result.sent()).isBetween(299L, 301L);
        }
    }

    @Test
    void looksIntoAnswersAndCountsWrongOnes() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (number % 10 == 9) {
                request.response().end("{\"model_name\":\"m\",\"outputs\":[]}");
            } else {
                FakeInferenceServer.ok(request);
            }
        })) {
            LoadResult all =
                    run(plan(server).arrivals(new Arrivals.Constant(200)).checkEvery(1));
            LoadResult none =
                    run(plan(server).arrivals(new Arrivals.Constant(200)).checkEvery(0));

            assertThat(all.errors()).containsOnlyKeys("content");
            assertThat(all.failed()).isBetween(15L, 25L);
            assertThat(all.contentComplaint()).isEqualTo("the answer holds no outputs");
            assertThat(none.failed()).isZero();
        }
    }

    @Test
    void refusesAModelThatAnswersAsAnother() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start()) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(LoadPlan.builder(server.url(), "liar")))
                    .withMessageStartingWith(
                            "the answer must be by the model 'liar', but it is by 'another'; it begins");
        }
    }

    @Test
    void chunkedAnswersAreRead() throws Exception {
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            request.response().setChunked(true);
            request.response().write("{\"model_name\":\"m\",");
            request.response().end("\"outputs\":[{\"name\":\"y\"}]}");
        })) {
            LoadResult result =
                    run(plan(server).arrivals(new Arrivals.Constant(200)).checkEvery(1));

            assertThat(result.errors()).isEmpty();
            assertThat(result.ok()).isBetween(199L, 201L);
        }
    }

    @Test
    void recordedBodiesAreSentInTurn() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            seen.add(body.toString());
            FakeInferenceServer.ok(request);
        })) {
            List<RequestBody> bodies = Stream.of("{\"id\":\"1\"}", "{\"id\":\"2\"}")
                    .map(text -> RequestBody.json(text.getBytes(StandardCharsets.UTF_8)))
                    .toList();

            run(plan(server).arrivals(new Arrivals.Closed(1)).body(new BodySource.Recorded(bodies)));

            // The first one is the check's.
            assertThat(seen.subList(1, 5))
                    .containsExactly("{\"id\":\"1\"}", "{\"id\":\"2\"}", "{\"id\":\"1\"}", "{\"id\":\"2\"}");
        }
    }
}
