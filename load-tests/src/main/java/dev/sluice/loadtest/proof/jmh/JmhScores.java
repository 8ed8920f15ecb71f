package dev.sluice.loadtest.proof.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;

/**
 * The scores of one run of JMH, in its order.
 *
 * <p>Threading: immutable.
 */
record JmhScores(List<JmhScore> all) {
    private static final String HEAP = "gc.alloc.rate.norm";

    JmhScores {
        all = List.copyOf(all);
    }

    /** Reads what JMH writes with {@code -rf json -prof gc}. */
    static JmhScores read(Path file) throws IOException, CannotMeasureException {
        List<JmhScore> scores = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(file.toFile())) {
            String[] name = entry.path("benchmark").asText().split("\\.", -1);
            String benchmark = String.join(".", List.of(name).subList(Math.max(0, name.length - 2), name.length));
            Map<String, String> parameters = new HashMap<>();
            entry.path("params")
                    .properties()
                    .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
            OptionalDouble heap =
                    least(entry.path("secondaryMetrics").path(HEAP).path("rawData"));
            JsonNode time = entry.path("primaryMetric").path("score");
            if (heap.isEmpty() || !time.isNumber()) {
                throw new CannotMeasureException(benchmark + " has no time or no " + HEAP + " in " + file);
            }
            scores.add(new JmhScore(benchmark, parameters, time.asDouble(), heap.getAsDouble()));
        }
        return new JmhScores(scores);
    }

    /** The least of all iterations of all forks. */
    private static OptionalDouble least(JsonNode forks) {
        return StreamSupport.stream(forks.spliterator(), false)
                .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
                .mapToDouble(JsonNode::asDouble)
                .min();
    }

    /**
     * The score of that benchmark with these parameters among its own.
     *
     * @throws CannotMeasureException when it was not run
     */
    JmhScore find(String benchmark, Map<String, String> parameters) throws CannotMeasureException {
        for (JmhScore score : all) {
            if (score.benchmark().equals(benchmark)
                    && score.parameters().entrySet().containsAll(parameters.entrySet())) {
                return score;
            }
        }
        throw new CannotMeasureException(benchmark + " " + parameters + " was not run");
    }
}
