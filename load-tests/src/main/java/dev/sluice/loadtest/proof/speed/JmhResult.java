package dev.sluice.loadtest.proof.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What JMH wrote about the path of a request, run with {@code -prof gc -rf json}: heap bytes of one request with 16 and with
 * 12,288 floats.
 *
 * <p>Threading: stateless.
 *
 * @see "JMH, -prof gc: gc.alloc.rate.norm"
 */
final class JmhResult {
    private static final String BYTES = "gc.alloc.rate.norm";
    private static final String NAME = "request";
    private static final String SMALL = "16";
    private static final String LARGE = "12288";

    private JmhResult() {}

    /**
     * Adds the rows of the goals from this file.
     *
     * @throws IOException if it cannot be read
     */
    static void read(Path file, Ledger ledger) throws IOException {
        JsonNode root = new ObjectMapper().readTree(Files.readString(file));
        List<Double> small = bytes(root, SMALL);
        List<Double> large = bytes(root, LARGE);
        if (small.isEmpty() || large.isEmpty()) {
            String why = "the JMH result has no benchmark of a request with 16 and with 12288 floats and " + BYTES;
            ledger.fail(Goal.HEAP_BYTES, why);
            ledger.fail(Goal.HEAP_GROWTH, why);
            return;
        }
        small.forEach(value -> ledger.add(Goal.HEAP_BYTES, value));
        double median = Quartiles.of(small).median();
        large.forEach(value -> ledger.add(Goal.HEAP_GROWTH, value / median));
    }

    /** The values of each iteration of benchmarks that are named after the request and have a parameter of this value. */
    private static List<Double> bytes(JsonNode root, String floats) {
        List<Double> values = new ArrayList<>();
        for (JsonNode run : root) {
            boolean named =
                    run.path("benchmark").asText().toLowerCase(Locale.ROOT).contains(NAME);
            boolean sized = false;
            for (JsonNode parameter : run.path("params")) {
                sized |= parameter.asText().equals(floats);
            }
            if (named && sized) {
                for (Map.Entry<String, JsonNode> metric :
                        run.path("secondaryMetrics").properties()) {
                    // Older versions put a dot before the name.
                    if (metric.getKey().endsWith(BYTES)) {
                        for (JsonNode fork : metric.getValue().path("rawData")) {
                            fork.forEach(value -> values.add(value.asDouble()));
                        }
                    }
                }
            }
        }
        return values;
    }
}
