package dev.sluice.loadtest.proof.logcost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.server.PrometheusText;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogCostReportTest {
    private static final LogCounts NONE_LOST = new LogCounts(100, 40, 0, 60, 0);

    private static LogCostPlan plan(boolean goals) {
        return new LogCostPlan(
                new ServerStart("sluice", ""),
                Path.of("model"),
                1_000,
                3,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                goals,
                Path.of("out"));
    }

    /** Rounds on a machine that gets slower; the arms cost what is given beside it. */
    private static List<Measurement> rounds(double tenth, double all, double single) {
        List<Measurement> measurements = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            double base = 20 * (1 + round);
            measurements.add(new Measurement(Arm.OFF, round, base, 100, 200, 50));
            measurements.add(new Measurement(Arm.TENTH, round, base * tenth, 100, 200, 50 * single));
            measurements.add(new Measurement(Arm.ALL, round, base + all, 100, 200, 50 * single));
            measurements.add(new Measurement(Arm.COMPRESSED, round, base + all + 3, 100, 200, 50));
        }
        return measurements;
    }

    private static ProofOutcome outcome(boolean goals, List<Measurement> rounds, LogCounts counts) {
        return LogCostReport.outcome(plan(goals), rounds, Map.of(Arm.TENTH, counts, Arm.ALL, NONE_LOST));
    }

    @Test
    void costsWithinTheGoalsAreProvenWhateverTheMachineDoesBetweenRounds() {
        ProofOutcome outcome = outcome(true, rounds(1.08, 4.5, 1.03), NONE_LOST);

        assertThat(outcome.verdict().exitCode()).isEqualTo(ExitCode.OK);
        assertThat(outcome.table()).contains("× 1.080", "+4.50 µs per record", "× 1.030");
    }

    @Test
    void everyCostBeyondItsGoalRefutes() {
        ProofOutcome outcome = outcome(true, rounds(1.12, 5.5, 1.06), NONE_LOST);

        assertThat(outcome.verdict().exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(outcome.verdict().reasons()).hasSize(4);
    }

    @Test
    void timesAreNotJudgedWhereOnlySumsAreAsked() {
        assertThat(outcome(false, rounds(1.5, 50, 2), NONE_LOST).verdict().exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void sumsThatDoNotFitAndRecordsThatAreLostRefute() {
        assertThat(outcome(false, rounds(1, 1, 1), new LogCounts(100, 39, 0, 60, 0))
                        .verdict()
                        .reasons())
                .hasSize(1);
        assertThat(outcome(false, rounds(1, 1, 1), new LogCounts(100, 39, 1, 60, 0))
                        .verdict()
                        .reasons())
                .containsExactly("10 %: nothing may be dropped, got 1");
        assertThat(outcome(false, rounds(1, 1, 1), new LogCounts(0, 0, 0, 0, 0))
                        .verdict()
                        .reasons())
                .hasSize(1);
    }

    @Test
    void readsTheSumsOfTheFileChannel() {
        assertThat(LogCounts.of(new PrometheusText("""
                        sluice_log_received_total{channel="file"} 10
                        sluice_log_received_total{channel="events"} 99
                        sluice_log_logged_total{channel="file"} 4
                        sluice_log_dropped_total{channel="file",reason="queue_full"} 1
                        sluice_log_dropped_total{channel="file",reason="stopped"} 2
                        sluice_log_sampled_out_total{channel="file"} 2
                        sluice_log_pending{channel="file"} 1
                        """))).isEqualTo(new LogCounts(10, 4, 3, 2, 1));
    }
}
