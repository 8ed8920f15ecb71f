package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        assertThat(Slo.parse("p99=50ms").judge(result)).isEqualTo(new SloOutcome("p99 <= 50.00 ms", "20.00 ms", true));
        assertThat(Slo.parse("errors=0").judge(result)).isEqualTo(new SloOutcome("errors <= 0", "2", false));
    }

    @Test
    void latencyGoalIsMissedWhenNothingWasAnswered() {
        LoadResult nothing = LoadFixtures.result(LoadFixtures.plan().build(), 10, 0, LoadFixtures.healthy());

        assertThat(Slo.parse("p99=1h").judge(nothing))
                .isEqualTo(new SloOutcome("p99 <= 3600.00 s", "no answer", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"p95=1ms", "p99", "p99=fast", "errors=few", "errors=-1", "=1", "rate=NaN"})
    void rejectsUnknownGoals(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Slo.parse(text));
    }
}
