package dev.sluice.loadtest.proof.logfaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.LatencySummary;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFaultsVerdictTest {
    private static final List<String> NOTHING = List.of();

    private static LogFaultsPlan plan(Duration stall) {
        return new LogFaultsPlan(
                new ServerStart("sluice", ""),
                Path.of("model"),
                List.of(FaultKind.NONE, FaultKind.FULL_DISK),
                1000,
                stall,
                Duration.ofSeconds(2),
                Duration.ZERO,
                Path.of("out"));
    }

    private static LatencySummary latency(long p50, long p99) {
        return new LatencySummary(100, p50, p50, p50, p50, p99, p99, p99);
    }

    private static FaultResult result(
            FaultKind kind, long p50During, long p99During, double progress, List<String> busy, List<String> wrong) {
        return new FaultResult(
                kind,
                List.of(latency(100, 1000), latency(110, 1200)),
                latency(p50During, p99During),
                latency(100, 1000),
                1000,
                0,
                busy,
                progress,
                1_000_000,
                new ChannelCounts(1000, 900, 100, 0, 0, false),
                wrong);
    }

    private static ProofVerdict judge(Duration stall, FaultResult full, List<String> missing) {
        FaultResult none = result(FaultKind.NONE, 105, 1100, 1, NOTHING, NOTHING);
        return LogFaultsVerdict.judge(plan(stall), List.of(none, full), missing);
    }

    @Test
    void latenciesWithinTheNoiseAreProven() {
        ProofVerdict verdict =
                judge(Duration.ofSeconds(60), result(FaultKind.FULL_DISK, 115, 1500, 0, NOTHING, NOTHING), NOTHING);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void slowerRequestsRefute() {
        ProofVerdict verdict =
                judge(Duration.ofSeconds(60), result(FaultKind.FULL_DISK, 140, 2500, 0, NOTHING, NOTHING), NOTHING);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons())
                .containsExactly(
                        "disk is full: p50 must be at most 1.21 times what it was before, got 1.33",
                        "disk is full: p99 must be at most 1.80 times what it was before, got 2.27");
    }

    @Test
    void aShortFaultSaysNothingAboutLatencies() {
        ProofVerdict verdict =
                judge(Duration.ofSeconds(3), result(FaultKind.FULL_DISK, 900, 9000, 0, NOTHING, NOTHING), NOTHING);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void anythingWrongWithTheRecordsRefutes() {
        ProofVerdict verdict = judge(
                Duration.ofSeconds(3),
                result(FaultKind.FULL_DISK, 100, 1000, 0, NOTHING, List.of("1 record is missing")),
                NOTHING);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons()).containsExactly("disk is full: 1 record is missing");
    }

    @Test
    void aFaultThatWasNoneOrCouldNotBeMadeShowsNothing() {
        assertThat(judge(Duration.ofSeconds(3), result(FaultKind.FULL_DISK, 100, 1000, 0.5, NOTHING, NOTHING), NOTHING)
                        .reasons())
                .containsExactly("disk is full: it was no fault, 50 % of the records were logged meanwhile");
        assertThat(judge(
                                Duration.ofSeconds(3),
                                result(FaultKind.FULL_DISK, 100, 1000, 0, NOTHING, NOTHING),
                                List.of("disk stalls: no root"))
                        .exitCode())
                .isEqualTo(ExitCode.NOT_MEASURED);
    }

    @Test
    void aBusyMachineIsSaidToBe() {
        ProofVerdict verdict = judge(
                Duration.ofSeconds(60),
                result(FaultKind.FULL_DISK, 900, 9000, 0, List.of("the generator was late"), NOTHING),
                NOTHING);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(verdict.machineBusy()).isTrue();
    }

    @Test
    void refusesSpansThatAreNoWholeSeconds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(Duration.ofMillis(2500)))
                .withMessage("stall must be 2 s or more and whole seconds, got PT2.5S");
    }
}
