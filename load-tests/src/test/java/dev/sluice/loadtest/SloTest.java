package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SloTest {
    /** 1000 requests in 10 s, of which 2 failed; every latency is 20 ms. */
    private final LoadResult result =
            LoadFixtures.result(LoadFixtures.plan().build(), 1000, 998, LoadFixtures.healthy());

    @ParameterizedTest
    @CsvSource({
        "p50=20ms,true",
        "p95=20ms,true",
        "p99.99=20ms,true",
        "mean=19ms,false",
        "mean=21ms,true",
        "m:p50=20ms,true",
        "m:errors=1,false",
        "p50=19ms,false",
        "p90=20ms,true",
        "p99=19.9ms,false",
        "p99.9=1s,true",
        "max=20ms,true",
        "errors=2,true",
        "errors=1,false",
        "errors=0.2%,true",
        "errors=0.1%,false",
        "rate=99.8,true",
        "rate=100,false"
    })
    void judgesEachMetric(String goal, boolean met) {
        assertThat(Slo.parse(goal).judge(result).met()).isEqualTo(met);
    }

    @Test
    void saysGoalAndActual() {
        assertThat(Slo.parse("p99=50ms").judge(result))
                .isEqualTo(new SloOutcome(null, "p99 <= 50.00 ms", "20.00 ms", true, false));
        assertThat(Slo.parse("m:errors=0").judge(result))
                .isEqualTo(new SloOutcome("m", "errors <= 0", "2", false, true));
        assertThat(Slo.parse("m:errors=0").judge(result).words()).isEqualTo("m: errors <= 0");
        assertThat(Slo.parse("errors=0.1%")).hasToString("errors <= 0.1%");
        assertThat(Slo.parse("max=1s")).hasToString("max <= 1.00 s");
        assertThat(Slo.parse("rate=12.5")).hasToString("rate >= 12.5");
    }

    @Test
    void aMissIsCertainWhenTheGeneratorsOwnDelayCannotExplainIt() {
        LoadPlan plan = LoadFixtures.plan().build();

        assertThat(Slo.parse("p99=10ms")
                        .judge(LoadFixtures.result(plan, 10, 10, LoadFixtures.late(4_000_000)))
                        .certain())
                .as("20 ms - 2 x 4 ms > 10 ms")
                .isTrue();
        assertThat(Slo.parse("p99=10ms")
                        .judge(LoadFixtures.result(plan, 10, 10, LoadFixtures.late(6_000_000)))
                        .certain())
                .as("20 ms - 2 x 6 ms < 10 ms")
                .isFalse();
    }

    @Test
    void whatReachesTheTimeoutMeetsNoGoalHoweverHigh() {
        LoadPlan impatient = LoadFixtures.plan().timeout(Duration.ofMillis(20)).build();
        Totals waited = new Totals("all", 10, 10, Map.of(), 10, 1, LoadFixtures.distribution(10, 21_000_000));

        assertThat(Slo.parse("p99=1h").judge(LoadFixtures.result(impatient, waited, LoadFixtures.healthy())))
                .isEqualTo(new SloOutcome(null, "p99 <= 3600.00 s", "no answer within 21.00 ms", false, true));
        assertThat(Slo.parse("p99=1h")
                        .judge(LoadFixtures.result(impatient, waited, LoadFixtures.late(4_000_000)))
                        .certain())
                .as("a generator that is late by a fifth of the timeout")
                .isFalse();
    }

    @Test
    void whatReachesTheTimeoutForWantOfConnectionsIsNoCertainMiss() {
        LoadPlan impatient = LoadFixtures.plan().timeout(Duration.ofMillis(20)).build();
        Totals waited =
                new Totals("all", 10, 5, Map.of("unconnected", 5L), 10, 1, LoadFixtures.distribution(10, 21_000_000));

        assertThat(Slo.parse("p99=1h")
                        .judge(LoadFixtures.result(impatient, waited, LoadFixtures.healthy()))
                        .certain())
                .isFalse();
    }

    @Test
    void rateThatWasNeverOfferedIsNoCertainMiss() {
        LoadPlan plan = LoadFixtures.plan().arrivals(new Arrivals.Poisson(10)).build();

        assertThat(Slo.parse("rate=10").judge(LoadFixtures.result(plan, 99, 99, LoadFixtures.healthy())))
                .isEqualTo(new SloOutcome(null, "rate >= 10", "9.9", false, false));
        assertThat(Slo.parse("rate=10").judge(LoadFixtures.result(plan, 100, 99, LoadFixtures.healthy())))
                .isEqualTo(new SloOutcome(null, "rate >= 10", "9.9", false, true));
    }

    @Test
    void whatTheGeneratorNeverSentIsNoCertainFailureOfTheServer() {
        assertThat(Slo.parse("errors=0").judge(LoadFixtures.resultWithUnsent(10, 8)))
                .isEqualTo(new SloOutcome(null, "errors <= 0", "2", false, false));
    }

    @Test
    void whatFoundNoConnectionIsNoCertainFailureOfTheServer() {
        LoadResult result = LoadFixtures.resultWithUnconnected(10, 8);

        assertThat(Slo.parse("errors=0").judge(result))
                .isEqualTo(new SloOutcome(null, "errors <= 0", "2", false, false));
        assertThat(Slo.parse("errors=1%").judge(result).certain()).isFalse();
        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
    }

    @Test
    void latencyOfWhatFoundNoConnectionIsNoCertainMissOfTheServer() {
        LoadPlan plan = LoadFixtures.plan().build();
        Histogram latencies = Tally.histogram();
        latencies.recordValueWithCount(5_000_000, 90);
        latencies.recordValueWithCount(10_050_000_000L, 10);
        LatencyDistribution distribution = LatencyDistribution.of(latencies);
        Totals waited = new Totals("all", 100, 90, Map.of("unconnected", 10L), 10, 9, distribution);
        Totals hung = new Totals("all", 100, 90, Map.of("timeout", 10L), 10, 9, distribution);

        for (String goal : List.of("p95=50ms", "max=50ms", "mean=50ms", "p95=1h")) {
            assertThat(Slo.parse(goal)
                            .judge(LoadFixtures.result(plan, waited, LoadFixtures.healthy()))
                            .certain())
                    .as(goal)
                    .isFalse();
            assertThat(Slo.parse(goal)
                            .judge(LoadFixtures.result(plan, hung, LoadFixtures.healthy()))
                            .certain())
                    .as(goal)
                    .isTrue();
        }
        assertThat(Slo.parse("p95=1ms")
                        .judge(LoadFixtures.result(plan, waited, LoadFixtures.healthy()))
                        .certain())
                .isTrue();
    }

    @Test
    void latencyGoalIsMissedWhenNothingWasAnswered() {
        LoadResult nothing = LoadFixtures.result(LoadFixtures.plan().build(), 10, 0, LoadFixtures.healthy());

        assertThat(Slo.parse("p99=1h").judge(nothing))
                .isEqualTo(new SloOutcome(null, "p99 <= 3600.00 s", "no answer", false, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q95=1ms",
                "p=1ms",
                "p0=1ms",
                "max5=1s",
                "p99",
                "p99=fast",
                "errors=few",
                "errors=-1",
                "=1",
                "rate=NaN"
            })
    void rejectsUnknownGoals(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Slo.parse(text));
    }
}
