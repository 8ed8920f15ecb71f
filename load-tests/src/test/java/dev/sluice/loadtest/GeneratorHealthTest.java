package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GeneratorHealthTest {
    private static final Duration LATENESS_MAX = Duration.ofMillis(5);

    @Test
    void isSilentWhenTheGeneratorKeptUp() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.distribution(100, 4_990_000), 0.7, 0.24, 8_000, 0);

        assertThat(health.complaints(LATENESS_MAX)).isEmpty();
        assertThat(health.isMerelyLate(LATENESS_MAX)).isFalse();
    }

    @Test
    void complainsAboutLateSends() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.distribution(100, 5_100_000), 0.1, 0.31, 8_000, 0);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("the generator was late: p99 of the delay before sending was 5.10 ms, more than"
                        + " 5.00 ms (its busiest event loop ran for 10 % of the time and waited for a CPU for 31 %);"
                        + " lower the rate or give the generator more CPU");
        assertThat(health.isMerelyLate(LATENESS_MAX)).isTrue();
    }

    @Test
    void complainsAboutASaturatedLoop() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.distribution(0, 0), 0.95, 0, 8_000, 0);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("the generator was saturated: its busiest event loop ran for 95 % of the time and"
                        + " waited for a CPU for 0 %, together no less than 95 %; use more --loops, fewer"
                        + " --connections, or another machine");
    }

    @Test
    void aLoopThatIsNeverIdleBecauseItWaitsForACpuIsSaturatedToo() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.distribution(0, 0), 0.5, 0.46, 8_000, 0);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("the generator was saturated: its busiest event loop ran for 50 % of the time and"
                        + " waited for a CPU for 46 %, together no less than 95 %; stop what else runs here, or use"
                        + " another machine");
    }

    @Test
    void complainsAboutRequestsItNeverSent() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.distribution(100, 0), 0.1, 0, 8_000, 7);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly(
                        "7 requests were never sent: the generator was late by a whole timeout, had no socket left, or all"
                                + " connections were busy and the backlog was full; lower the rate or raise --connections");
        assertThat(health.isMerelyLate(LATENESS_MAX)).isFalse();
    }
}
