package dev.sluice.loadtest.proof.killlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KillLogReportTest {
    private static LogKill kill(long logged, List<String> complaints) {
        return new LogKill(
                1,
                1_000_000,
                new ChannelCounts(logged, logged, 0, 0, 0, false),
                logged,
                1,
                true,
                2_000_000,
                complaints);
    }

    @Test
    void killsThatLostNothingAreProven() {
        assertThat(KillLogReport.outcome(List.of(kill(10, List.of())), List.of(), 10)
                        .table())
                .contains("1 kills: 10 records were said to be logged, 10 are readable; 1 windows were interrupted")
                .contains("kill-log: ok");
    }

    @Test
    void whatIsWrongRefutesAndTheFirstFewAreShown() {
        ProofVerdict verdict = KillLogReport.judge(
                List.of(kill(10, Collections.nCopies(7, "a record is missing"))), List.of("a file is open"));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons())
                .hasSize(6)
                .startsWith("kill 1: a record is missing")
                .endsWith("and 3 more, see kills.csv");
    }

    @Test
    void killsBeforeAnythingWasLoggedShowNothing() {
        ProofVerdict verdict =
                KillLogReport.judge(List.of(kill(0, List.of()), kill(0, List.of()), kill(5, List.of())), List.of());

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(verdict.reasons())
                .containsExactly("before half of the kills something must have been logged, got 1 of 3");
    }
}
