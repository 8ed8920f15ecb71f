package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalStatsTest {
    @Test
    void timeoutsCountInTheLatencyButQuickRefusalsDoNot() {
        IntervalStats stats = new IntervalStats();
        stats.recordOutcome(200, 1_000_000);
        stats.recordOutcome(503, 10_000);
        stats.recordOutcome(FailureKind.TIMEOUT.code(), 2_000_000_000);

        LatencySummary latency = stats.latency();

        assertThat(latency.count()).isEqualTo(2);
        assertThat((double) latency.maxNanos()).isCloseTo(2e9, within(2e6));
        assertThat(stats.outcomes().failed()).isEqualTo(2);
    }

    @Test
    void sumsIntervals() {
        IntervalStats one = new IntervalStats();
        one.recordSent();
        one.close(3, false);
        IntervalStats other = new IntervalStats();
        other.recordSent();
        other.recordLateness(5_000);
        other.close(4, true);

        one.add(other);

        assertThat(one.sent()).isEqualTo(2);
        assertThat(one.outstanding()).isEqualTo(7);
        assertThat(one.lateness().count()).isEqualTo(1);
        assertThat(one.isSettled()).isFalse();
    }

    @Test
    void isSettledWhenNothingIsLeftToSendOrToWaitFor() {
        IntervalStats stats = new IntervalStats();

        stats.close(0, false);
        assertThat(stats.isSettled()).isTrue();

        stats.close(0, true);
        assertThat(stats.isSettled()).isFalse();

        stats.close(1, false);
        assertThat(stats.isSettled()).isFalse();
    }
}
