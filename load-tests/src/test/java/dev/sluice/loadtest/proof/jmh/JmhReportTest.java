package dev.sluice.loadtest.proof.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhReportTest {
    @TempDir
    Path folder;

    private static JmhScore request(String request, double heapBytes) {
        return new JmhScore(
                "RequestBenchmark.tick", Map.of("request", request, "tick", "32", "runs", "inline"), 64, heapBytes);
    }

    private static JmhScore growth(String floats, double heapBytes) {
        return new JmhScore("GrowthBenchmark.tick", Map.of("floats", floats, "tick", "32"), 64, heapBytes);
    }

    private static JmhScores requests(double mlp, double few, double many) {
        return new JmhScores(List.of(request("mlp:16", 32 * mlp), growth("16", 32 * few), growth("12288", 32 * many)));
    }

    @Test
    void readsWhatJmhWrites() throws IOException, CannotMeasureException {
        Path file = Files.writeString(folder.resolve("jmh.json"), """
                [{"benchmark": "dev.sluice.loadtest.bench.RequestBenchmark.tick", "mode": "avgt",
                  "params": {"tick": "32", "runs": "inline"},
                  "primaryMetric": {"score": 64.0, "scoreUnit": "us/op"},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 6500.0, "rawData": [[6600.0, 6400.0], [6500.0]]}}}]
                """);

        JmhScore score = JmhScores.read(file).find("RequestBenchmark.tick", Map.of("tick", "32"));

        assertThat(score.microsPerRequest()).isEqualTo(2);
        assertThat(score.heapBytesPerRequest()).isEqualTo(200);
    }

    @Test
    void measuresNothingWithoutTheHeapBytes() throws IOException {
        Path file = Files.writeString(
                folder.resolve("jmh.json"), "[{\"benchmark\":\"a.B.c\",\"primaryMetric\":{\"score\":1.0}}]");

        assertThatThrownBy(() -> JmhScores.read(file))
                .isInstanceOf(CannotMeasureException.class)
                .hasMessageStartingWith("B.c has no time or no gc.alloc.rate.norm in ");
        assertThatThrownBy(() -> new JmhScores(List.of()).find("B.c", Map.of("n", "1")))
                .hasMessage("B.c {n=1} was not run");
    }

    @Test
    void judgesHeapBytesAndTheirGrowth() throws CannotMeasureException {
        assertThat(AllocCommand.goals(requests(600, 500, 520))).allMatch(JmhGoal::met);
        assertThat(AllocCommand.goals(requests(601, 500, 530)))
                .extracting(JmhGoal::met)
                .containsExactly(false, false);
    }

    @Test
    void judgesTheTimeToReadFloatsAtEverySize() throws CannotMeasureException {
        List<JmhScore> scores = new ArrayList<>();
        for (String floats : List.of("16", "256", "12288", "150528")) {
            scores.add(new JmhScore("DecodeBenchmark.json", Map.of("floats", floats), 76, 0));
            scores.add(new JmhScore(
                    "DecodeBenchmark.jackson", Map.of("floats", floats), floats.equals("256") ? 100 : 102, 0));
        }

        assertThat(CodecCommand.goals(new JmhScores(scores)))
                .extracting(JmhGoal::met)
                .containsExactly(true, false, true, true);
    }

    @Test
    void leavesAVerdictAndATable() throws IOException, CannotMeasureException {
        JmhScores scores = requests(620.4, 500, 500);
        JmhReport report = new JmhReport("alloc", scores, AllocCommand.goals(scores));

        report.write(folder);

        JsonNode json =
                new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(json.path("verdict").asText()).isEqualTo("goal missed");
        assertThat(json.at("/benchmarks/0/heap_bytes_per_request").asDouble()).isEqualTo(620.4);
        assertThat(report.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(folder.resolve("table.txt"))
                .content()
                .contains("heap bytes per request: codec + batch of 32 + run, 16 floats")
                .contains("620.40  ≤  600.00  MISSED")
                .contains("0.00  ≤    5.00  met")
                .endsWith("alloc: goal missed\n");
    }
}
