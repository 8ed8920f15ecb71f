package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LoadResultTest {
    private static final GeneratorHealth LATE = LoadFixtures.late(90_000_000);
    private static final GeneratorHealth SATURATED =
            new GeneratorHealth(LoadFixtures.distribution(100, 90_000_000), 0.9, 0.1, 8_000, 0);

    static Stream<Arguments> verdicts() {
        LoadPlan none = LoadFixtures.plan().build();
        LoadPlan strict = LoadFixtures.plan().slo(Slo.parse("errors=0")).build();
        LoadPlan quick = LoadFixtures.plan().slo(Slo.parse("p99=1ms")).build();
        LoadPlan met = LoadFixtures.plan().slo(Slo.parse("p99=1s")).build();
        LoadPlan close = LoadFixtures.plan().slo(Slo.parse("p99=15ms")).build();
        LoadPlan rate = LoadFixtures.plan().slo(Slo.parse("rate=2")).build();
        GeneratorHealth healthy = LoadFixtures.healthy();
        return Stream.of(
                Arguments.of("all answered, no goal", none, 10, 10, healthy, ExitCode.OK),
                Arguments.of("some failed, no goal", none, 10, 9, healthy, ExitCode.OK),
                Arguments.of("all answered, goal met", strict, 10, 10, healthy, ExitCode.OK),
                Arguments.of("error goal missed", strict, 10, 9, healthy, ExitCode.GOAL_MISSED),
                Arguments.of("latency goal missed", quick, 10, 10, healthy, ExitCode.GOAL_MISSED),
                Arguments.of("nothing sent", none, 0, 0, healthy, ExitCode.NOT_MEASURED),
                Arguments.of("nothing answered, no goal", none, 10, 0, healthy, ExitCode.NOT_MEASURED),
                Arguments.of("nothing answered, goal", strict, 10, 0, healthy, ExitCode.GOAL_MISSED),
                Arguments.of("generator late, no goal", none, 10, 10, LATE, ExitCode.NOT_MEASURED),
                Arguments.of("generator late, goal met all the more", met, 10, 10, LATE, ExitCode.OK),
                Arguments.of("generator saturated, goal met", met, 10, 10, SATURATED, ExitCode.NOT_MEASURED),
                Arguments.of("generator late, goal missed", quick, 10, 10, LATE, ExitCode.NOT_MEASURED),
                Arguments.of(
                        "generator late within its limit, goal missed by less",
                        close,
                        10,
                        10,
                        LoadFixtures.late(4_000_000),
                        ExitCode.NOT_MEASURED),
                Arguments.of(
                        "generator late within its limit, goal missed by more",
                        close,
                        10,
                        10,
                        LoadFixtures.late(2_000_000),
                        ExitCode.GOAL_MISSED),
                Arguments.of(
                        "closed loop, goal missed", quick, 10, 10, LoadFixtures.closedLoop(0.3), ExitCode.GOAL_MISSED),
                Arguments.of(
                        "closed loop, saturated, goal missed",
                        quick,
                        10,
                        10,
                        LoadFixtures.closedLoop(0.99),
                        ExitCode.NOT_MEASURED),
                Arguments.of("rate goal missed", rate, 10, 10, healthy, ExitCode.GOAL_MISSED),
                Arguments.of("generator late, rate goal missed", rate, 10, 10, LATE, ExitCode.NOT_MEASURED),
                Arguments.of(
                        "generator late, goal missed by more",
                        quick,
                        10,
                        10,
                        LoadFixtures.late(9_000_000),
                        ExitCode.GOAL_MISSED),
                Arguments.of("generator saturated, errors", strict, 10, 9, SATURATED, ExitCode.GOAL_MISSED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("verdicts")
    void verdictFollowsFromHealthAndGoals(
            String name, LoadPlan plan, long sent, long ok, GeneratorHealth health, ExitCode expected) {
        assertThat(LoadFixtures.result(plan, sent, ok, health).exitCode())
                .as(name)
                .isEqualTo(expected);
    }

    @Test
    void aLoadThatNeverReachedTheServerIsNotMeasured() {
        LoadPlan plan = LoadFixtures.plan().connectionsMax(8).build();

        LoadResult result =
                LoadFixtures.result(plan, LoadFixtures.totals("all", 100, 90, "unconnected"), LoadFixtures.healthy());

        assertThat(result.complaints())
                .containsExactly("10 requests waited for one of the 8 connections for most of their time or all of"
                        + " it; lower the rate or raise --connections");
        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
    }

    @Test
    void exitCodesAreTheDocumentedNumbers() {
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::code)).containsExactly(0, 1, 2, 64);
    }

    @Test
    void tableNamesEveryErrorAndTheVerdict() {
        LoadPlan plan = LoadFixtures.plan().slo(Slo.parse("p99=1ms")).build();

        String table = ResultText.table(ReportFixtures.report(LoadFixtures.result(plan, 10, 8, LATE)));

        assertThat(table)
                .contains("sent / ok / failed       10 / 8 / 2")
                .contains("  503                    2")
                .contains("goal p99 <= 1.00 ms      NOT MEASURED, got 20.00 ms, which the generator itself can")
                .contains("NOT TRUSTED              the generator was late")
                .endsWith("verdict                  not measured (exit code 2)");
    }
}
