package dev.sluice.loadtest.proof.speed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The evidence of a run: {@code result.json}, {@code table.md}, {@code table.txt} and {@code plot.svg}.
 *
 * <p>Threading: stateless.
 */
final class SpeedReport {
    private static final int FORMAT = 1;

    private SpeedReport() {}

    static void write(SpeedResult result, Path folder) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("result.json").toFile(), json(result));
        Files.writeString(folder.resolve("table.txt"), SpeedText.table(result) + "\n");
        Files.writeString(folder.resolve("table.md"), SpeedText.markdown(result));
        Files.writeString(folder.resolve("plot.svg"), DotPlot.render(result.goals()));
    }

    static ObjectNode json(SpeedResult result) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", FORMAT);
        root.put("proof", "speed");
        root.put("verdict", result.exitCode().words());
        root.put("judged", result.words());
        root.put("quick", result.plan().quick());
        root.put("rounds", result.plan().rounds());
        root.put("seconds", result.plan().span().toSeconds());
        root.put("light_requests_by", result.loadBy());
        root.put("java_options", result.plan().javaOptions());
        root.put("seed", result.plan().seed());
        root.put("took_seconds", result.took().toSeconds());
        ArrayNode goals = root.putArray("goals");
        result.goals().forEach(goal -> goals.add(goal(goal)));
        ArrayNode samples = root.putArray("samples");
        result.samples().forEach(sample -> samples.add(sample(sample)));
        return root;
    }

    private static ObjectNode goal(GoalResult result) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("id", result.goal().id());
        node.put("goal", result.goal().text());
        node.put("better", result.goal().bar().upper() ? "lower" : "higher");
        node.put("bar", result.goal().bar().limit());
        node.put("unit", result.goal().bar().unit());
        node.put("verdict", result.verdict().words());
        node.put("judged", result.judged());
        Quartiles quartiles = result.quartiles();
        if (quartiles != null) {
            node.put("lower_quartile", quartiles.lower());
            node.put("median", quartiles.median());
            node.put("upper_quartile", quartiles.upper());
        }
        ArrayNode rounds = node.putArray("rounds");
        result.rounds().forEach(rounds::add);
        node.put("note", result.note());
        return node;
    }

    private static ObjectNode sample(Sample sample) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("work", sample.work());
        node.put("system", sample.system());
        node.put("connections", sample.connections());
        node.put("round", sample.round());
        node.put("ok_per_second", SpeedText.finite(sample.figures().okPerSecond()));
        node.put("p50_us", SpeedText.finite(sample.figures().p50Micros()));
        node.put("p99_us", SpeedText.finite(sample.figures().p99Micros()));
        node.put("server_cpu_us_per_request", SpeedText.finite(sample.figures().cpuMicrosPerRequest()));
        return node;
    }
}
