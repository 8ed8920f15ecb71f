package dev.sluice.loadtest.proof.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The evidence of a proof by benchmark: {@code result.json} and a table.
 *
 * <p>Threading: immutable.
 *
 * @param proof its name
 */
record JmhReport(String proof, JmhScores scores, List<JmhGoal> goals) {
    JmhReport {
        goals = List.copyOf(goals);
    }

    ExitCode exitCode() {
        return goals.stream().allMatch(JmhGoal::met) ? ExitCode.OK : ExitCode.GOAL_MISSED;
    }

    void write(Path folder) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("result.json").toFile(), json());
        Files.writeString(folder.resolve("table.txt"), table() + "\n");
    }

    private ObjectNode json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", 1);
        root.put("proof", proof);
        root.put("verdict", exitCode().words());
        root.put("java", System.getProperty("java.version"));
        ArrayNode judged = root.putArray("goals");
        for (JmhGoal goal : goals) {
            judged.addObject()
                    .put("what", goal.what())
                    .put("measured", goal.measured())
                    .put("limit", goal.limit())
                    .put("met", goal.met());
        }
        ArrayNode measured = root.putArray("benchmarks");
        for (JmhScore score : scores.all()) {
            ObjectNode entry = measured.addObject().put("benchmark", score.benchmark());
            ObjectNode parameters = entry.putObject("parameters");
            new TreeMap<>(score.parameters()).forEach(parameters::put);
            entry.put("micros_per_request", score.microsPerRequest());
            entry.put("heap_bytes_per_request", score.heapBytesPerRequest());
        }
        return root;
    }

    /** The table for the terminal, without a line break after the last line. */
    String table() {
        StringJoiner lines = new StringJoiner("\n");
        lines.add(String.format(Locale.ROOT, "%-72s %10s %12s", "per request", "µs", "heap bytes"));
        for (JmhScore score : scores.all()) {
            String parameters = new TreeMap<>(score.parameters())
                    .entrySet().stream()
                            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                            .collect(Collectors.joining(" "));
            lines.add(String.format(
                    Locale.ROOT,
                    "%-72s %10.2f %12.0f",
                    score.benchmark() + "  " + parameters,
                    score.microsPerRequest(),
                    score.heapBytesPerRequest()));
        }
        lines.add("");
        goals.forEach(goal -> lines.add(goal.line()));
        lines.add("");
        lines.add(proof + ": " + exitCode().words());
        return lines.toString();
    }
}
