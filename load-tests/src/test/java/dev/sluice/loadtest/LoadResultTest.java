package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LoadResultTest {
    private static final GeneratorHealth LATE = new GeneratorHealth(LoadFixtures.latency(10, 90_000_000), 0.3, 0);

    static Stream<Arguments> verdicts() {
        LoadPlan none = LoadFixtures.plan().build();
        LoadPlan strict = LoadFixtures.plan().slo(Slo.parse("errors=0")).build();
        LoadPlan quick = LoadFixtures.plan().slo(Slo.parse("p99=1ms")).build();
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
                Arguments.of("generator late, goal missed", quick, 10, 10, LATE, ExitCode.NOT_MEASURED));
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
    void exitCodesAreTheDocumentedNumbers() {
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::code)).containsExactly(0, 1, 2, 64);
    }

    @Test
    void jsonReportHasVerdictErrorsAndGoals() {
        LoadPlan plan = LoadFixtures.plan().slo(Slo.parse("errors=0")).build();

        ObjectNode json = ResultJson.toJson(LoadFixtures.result(plan, 10, 8, LoadFixtures.healthy()));

        assertThat(json.path("verdict").asText()).isEqualTo("goal missed");
        assertThat(json.path("errors").path("503").asLong()).isEqualTo(2);
        assertThat(json.path("latency_us").path("p99").asDouble()).isEqualTo(20_000);
        assertThat(json.path("slos").path(0).path("met").asBoolean(true)).isFalse();
    }

    @Test
    void tableNamesEveryErrorAndTheVerdict() {
        LoadPlan plan = LoadFixtures.plan().slo(Slo.parse("errors=0")).build();

        String table = ResultText.table(LoadFixtures.result(plan, 10, 8, LATE));

        assertThat(table)
                .contains("sent / ok / failed       10 / 8 / 2")
                .contains("  503                    2")
                .contains("goal errors <= 0         MISSED, got 2")
                .contains("NOT TRUSTED              the generator was late")
                .endsWith("verdict                  not measured");
    }
}
