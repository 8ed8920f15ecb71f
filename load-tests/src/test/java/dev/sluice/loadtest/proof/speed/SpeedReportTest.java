package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpeedReportTest {
    private static final GoalResult MET =
            GoalResult.measured(Goal.MLP_RATE, List.of(0.9, 1.0, 1.1), null, true, "by wrk");
    private static final GoalResult MISSED = GoalResult.measured(Goal.MLP_CPU, List.of(3.0, 1.2, 1.4), null, true, "");
    private static final GoalResult LOST = GoalResult.notMeasured(Goal.TREES_RATE, "a | in a reason");
    private static final GoalResult LEFT = GoalResult.elsewhere(Goal.HEAP_BYTES, "run it");
    private static final Sample SAMPLE = new Sample("MLP", "bare", 64, 0, new Figures(90_000, 700, 1_300, Double.NaN));

    private static final GoalResult UNJUDGED = GoalResult.measured(Goal.MLP_CPU, List.of(1.0), null, false, "");
    private static final GoalResult BUSY = GoalResult.machineBusy(Goal.OPEN_LOOP_P99, "late");

    private static SpeedResult result(GoalResult... goals) {
        return result(false, goals);
    }

    private static SpeedResult result(boolean quick, GoalResult... goals) {
        SpeedPlan plan = new SpeedPlan(
                List.of("./sluice"),
                "",
                Path.of("."),
                Set.of(Goal.MLP_CPU),
                9,
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                15,
                Duration.ofSeconds(20),
                quick,
                List.of(),
                null,
                1,
                Path.of("out"));
        return new SpeedResult(plan, "wrk", List.of(goals), List.of(SAMPLE), Duration.ofSeconds(90));
    }

    @Test
    void missedGoalCountsMoreThanOneThatIsNotMeasured() {
        assertThat(result(MET, LOST, MISSED).exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(result(MET, LOST).exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
    }

    @Test
    void onlyAReducedRunMayLeaveGoalsUnjudged() {
        assertThat(result(MET, LEFT).exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(result(MET, UNJUDGED).exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(result(MET).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result(true, MET, LEFT, UNJUDGED).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result(true, MET, LEFT, UNJUDGED).words()).isEqualTo("ok (1 of 3 goals judged)");
        assertThat(result(true, MET, LOST).exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
    }

    @Test
    void theMachineIsToBlameOnlyIfNothingElseIs() {
        assertThat(SpeedText.table(result(MET, BUSY))).endsWith("\nnot measured: machine busy");
        assertThat(result(MET, BUSY).exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(result(MET, BUSY, LOST).isMachineBusy()).isFalse();
        assertThat(result(MET, BUSY, UNJUDGED).isMachineBusy()).isFalse();
        assertThat(result(true, MET, BUSY, UNJUDGED).isMachineBusy()).isTrue();
        assertThat(result(MET, BUSY, MISSED).isMachineBusy()).isFalse();
        assertThat(result(MET).isMachineBusy()).isFalse();
    }

    @Test
    void tableNamesBarMedianQuartilesAndVerdict() {
        assertThat(SpeedText.table(result(MET, LOST)).lines())
                .anyMatch(line -> line.startsWith("g2 ") && line.endsWith("≥ 0.90     1.00       0.95 – 1.05  met"))
                .anyMatch(line -> line.startsWith("g5 ") && line.endsWith("–  not measured"))
                .anyMatch(line -> line.startsWith("MLP ") && line.contains("90,000"))
                .anyMatch(line ->
                        line.equals("speed: not measured (1 of 2 goals judged) (9 rounds of 2 s, light requests by"
                                + " wrk, took 90 s)"));
    }

    @Test
    void markdownHasOneCellAColumn() {
        String markdown = SpeedText.markdown(result(MET, LOST));

        assertThat(markdown)
                .contains(
                        "| g2 | MLP, JSON, 64 connections: requests/s ÷ bare | ≥ 0.90 | 1.00 | 0.95 – 1.05 | met: by wrk |")
                .contains("| – | – | not measured: a \\| in a reason |")
                .contains("| MLP | bare | 64 | 90,000 | – | 700 | 1,300 |");
    }

    @Test
    void jsonKeepsTheRoundsAndHasNoNumberWhereThereIsNone() {
        ObjectNode json = SpeedReport.json(result(MISSED, LOST));

        assertThat(json.path("format").asInt()).isEqualTo(1);
        assertThat(json.path("verdict").asText()).isEqualTo("goal missed");
        assertThat(json.at("/goals/0/rounds").toString()).isEqualTo("[3.0,1.2,1.4]");
        assertThat(json.at("/goals/0/judged").asDouble()).isEqualTo(1.4);
        assertThat(json.at("/goals/1/judged").isNull()).isTrue();
        assertThat(json.at("/samples/0/server_cpu_us_per_request").isNull()).isTrue();
    }

    @Test
    void plotHasADotForEachRoundAndStaysInsideThePicture() {
        String svg = DotPlot.render(List.of(MET, MISSED, LOST));

        assertThat(svg).startsWith("<svg ").endsWith("</svg>\n").doesNotContain("NaN");
        assertThat(svg.split("<circle", -1)).hasSize(7);
        assertThat(svg).contains("cx=\"1050.0\"").doesNotContain(">g5 ");
    }
}
