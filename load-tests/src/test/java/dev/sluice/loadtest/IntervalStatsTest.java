package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalStatsTest {
    @Test
    void timeoutsCountInTheLatencyButQuickRefusalsDoNot() {
        Tally tally = new Tally();
        tally.recordOutcome(200, 1_000_000);
        tally.recordOutcome(503, 10_000);
        tally.recordOutcome(FailureKind.TIMEOUT.code(), 2_000_000_000);

        LatencySummary latency = tally.latency().summary();

        assertThat(latency.count()).isEqualTo(2);
        assertThat((double) latency.maxNanos()).isCloseTo(2e9, within(2e6));
        assertThat(tally.outcomes().failed()).isEqualTo(2);
    }

    @Test
    void throughputCountsWhatCameAndNotWhatWasDue() {
        Tally tally = new Tally();
        tally.recordArrival(200);
        tally.recordArrival(503);
        tally.recordArrival(FailureKind.CONTENT.code());
        tally.recordArrival(FailureKind.TIMEOUT.code());
        Tally both = new Tally();
        both.add(tally);
        both.recordArrival(204);

        assertThat(both.answersArrived()).isEqualTo(4);
        assertThat(both.totals("all", 4).okPerSecond()).isEqualTo(0.5);
        assertThat(both.sent()).isZero();
    }

    @Test
    void onlyWhatComesWithinTheSpanCountsForIt() {
        RunSpan span = new RunSpan(0, 10, 20);

        assertThat(span.contains(9)).isFalse();
        assertThat(span.contains(10)).isTrue();
        assertThat(span.contains(19)).isTrue();
        assertThat(span.contains(20)).isFalse();
        assertThat(span.seconds()).isEqualTo(1e-8);
    }

    @Test
    void sumsIntervalsAndTargets() {
        IntervalStats one = new IntervalStats(2);
        one.target(0).recordSent();
        one.close(3, false);
        IntervalStats other = new IntervalStats(2);
        other.target(0).recordSent();
        other.target(1).recordSent();
        other.recordLateness(5_000);
        other.noteContent("wrong");
        other.close(4, true);

        one.add(other);

        assertThat(one.target(0).sent()).isEqualTo(2);
        assertThat(one.all().sent()).isEqualTo(3);
        assertThat(one.outstanding()).isEqualTo(7);
        assertThat(one.lateness().count()).isEqualTo(1);
        assertThat(one.contentComplaint()).isEqualTo("wrong");
        assertThat(one.isSettled()).isFalse();
    }

    @Test
    void isSettledWhenNothingIsLeftToSendOrToWaitFor() {
        IntervalStats stats = new IntervalStats(1);

        stats.close(0, false);
        assertThat(stats.isSettled()).isTrue();

        stats.close(0, true);
        assertThat(stats.isSettled()).isFalse();

        stats.close(1, false);
        assertThat(stats.isSettled()).isFalse();
    }
}
