package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GeneratorHealthTest {
    private static final Duration LATENESS_MAX = Duration.ofMillis(5);

    @Test
    void isSilentWhenTheGeneratorKeptUp() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.latency(100, 5_000_000), 0.94, 0);

        assertThat(health.complaints(LATENESS_MAX)).isEmpty();
    }

    @Test
    void complainsAboutLateSends() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.latency(100, 5_100_000), 0.1, 0);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("the generator was late: p99 of the delay before sending was 5.10 ms, more than"
                        + " 5.00 ms; lower the rate or give the generator more CPU");
    }

    @Test
    void complainsAboutASaturatedLoop() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.latency(0, 0), 0.95, 0);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("the generator was saturated: its busiest event loop used 95 % of a CPU core, the"
                        + " limit is 95 %; use more --loops or another machine");
    }

    @Test
    void complainsAboutRequestsItNeverSent() {
        GeneratorHealth health = new GeneratorHealth(LoadFixtures.latency(100, 0), 0.1, 7);

        assertThat(health.complaints(LATENESS_MAX))
                .containsExactly("7 requests were never sent: the generator was late by a whole timeout, or all"
                        + " connections were busy and the backlog was full; lower the rate or raise"
                        + " --max-connections");
    }
}
