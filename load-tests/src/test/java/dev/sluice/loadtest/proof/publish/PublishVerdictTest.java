package dev.sluice.loadtest.proof.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishVerdictTest {
    private static final long MILLI = 1_000_000;
    private static final Cycle SERVED = new Cycle(CycleKind.RENAMED, 2, 1, 200 * MILLI, "");
    private static final Cycle REFUSED = new Cycle(CycleKind.CORRUPT, 3, 2, -1, "step checksum: other bytes");

    private static PublishPlan plan(int cycles, @Nullable Double ratioMax) {
        return new PublishPlan(
                new ServerStart("sluice", ""),
                Path.of("model.onnx"),
                cycles,
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                0.5,
                null,
                Duration.ofSeconds(1),
                ratioMax,
                Duration.ofMillis(500),
                1,
                Path.of("out"));
    }

    private static PublishResult result(List<Cycle> cycles, List<WindowPair> pairs, long failed, long probeWrong) {
        return new PublishResult(
                Map.of(),
                1000,
                cycles,
                pairs,
                10_000,
                failed,
                0,
                failed > 0 ? List.of("{503=1}") : List.of(),
                500,
                probeWrong,
                probeWrong > 0 ? List.of("version 3 answered, which is not good") : List.of(),
                true);
    }

    private static List<WindowPair> pairs(double... ratios) {
        List<WindowPair> pairs = new ArrayList<>();
        for (double ratio : ratios) {
            pairs.add(new WindowPair(5, (long) (ratio * MILLI), MILLI, true));
        }
        return pairs;
    }

    private static ProofVerdict judge(Cycle... cycles) {
        return PublishVerdict.judge(plan(12, null), result(List.of(cycles), pairs(1), 0, 0));
    }

    @Test
    void servedAndRefusedIsProven() {
        assertThat(judge(SERVED, REFUSED)).isEqualTo(new ProofVerdict(ExitCode.OK, List.of(), false));
    }

    @Test
    void oneFailedRequestRefutes() {
        ProofVerdict verdict = PublishVerdict.judge(plan(12, null), result(List.of(SERVED, REFUSED), pairs(1), 1, 0));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons())
                .containsExactly("1 of 10000 requests of the load failed or were answered wrong: [{503=1}]");
    }

    @Test
    void oneWrongProbeRefutes() {
        ProofVerdict verdict = PublishVerdict.judge(plan(12, null), result(List.of(SERVED, REFUSED), pairs(1), 0, 2));

        assertThat(verdict.reasons())
                .containsExactly(
                        "2 of 500 probes failed or were answered wrong: [version 3 answered, which is not good]");
    }

    @Test
    void aGoodVersionMustAnswerInTime() {
        ProofVerdict verdict = judge(
                new Cycle(CycleKind.SLOW_MANIFEST, 2, 1, 1200 * MILLI, ""),
                new Cycle(CycleKind.RENAMED, 3, 2, -1, ""),
                new Cycle(CycleKind.SLOW_SETTLING, 4, 3, 1400 * MILLI, ""));

        assertThat(verdict.reasons())
                .containsExactly(
                        "version 2 (slow, manifest last) answered after 1200 ms, at most 1000 ms are allowed",
                        "version 3 (renamed) never answered");
    }

    @Test
    void aBadVersionMustBeRefusedWithAReason() {
        ProofVerdict verdict =
                judge(new Cycle(CycleKind.TRUNCATED, 2, 1, -1, ""), new Cycle(CycleKind.OTHER_TYPE, 3, 2, 0, "late"));

        assertThat(verdict.reasons())
                .containsExactly(
                        "version 2 (truncated) was not refused: the index names no reason",
                        "version 3 (other dtype) answered");
    }

    @Test
    void theRatioIsReportedOnlyWhereTheRunIsSmall() {
        assertThat(PublishVerdict.judge(plan(12, null), result(List.of(SERVED), pairs(9, 9), 0, 0))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(PublishVerdict.judge(plan(1000, null), result(List.of(SERVED), pairs(1.5, 9, 3), 0, 0))
                        .reasons())
                .containsExactly(
                        "the p99 with swaps is 3.00 times that without (median of 3 pairs), at most 2.00 is allowed");
        assertThat(PublishVerdict.judge(plan(12, 4.0), result(List.of(SERVED), pairs(1.5, 9, 3), 0, 0))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void pairsThatTheGeneratorCouldNotKeepUpWithProveNothing() {
        List<WindowPair> late = List.of(
                new WindowPair(5, MILLI, MILLI, true),
                new WindowPair(5, MILLI, MILLI, false),
                new WindowPair(5, MILLI, MILLI, false),
                new WindowPair(5, MILLI, MILLI, false));

        ProofVerdict verdict = PublishVerdict.judge(plan(1000, null), result(List.of(SERVED), late, 0, 0));

        assertThat(verdict)
                .isEqualTo(new ProofVerdict(
                        ExitCode.NOT_MEASURED,
                        List.of("the generator kept its times in 1 of 4 pairs of spans,"
                                + " half of them are needed to judge the p99"),
                        true));
    }

    @Test
    void everyThirdCycleIsNotAnOrdinaryOneAndAllKindsComeUp() {
        Set<CycleKind> kinds = EnumSet.noneOf(CycleKind.class);
        for (int i = 0; i < 24; i++) {
            kinds.add(CycleKind.of(i));
            assertThat(CycleKind.of(i) == CycleKind.RENAMED).isEqualTo(i % 3 != 2);
        }

        assertThat(kinds).containsExactlyInAnyOrder(CycleKind.values());
        assertThat(IntStream.range(0, 12).mapToObj(CycleKind::of).filter(kind -> !kind.isGood()))
                .hasSize(3);
    }
}
