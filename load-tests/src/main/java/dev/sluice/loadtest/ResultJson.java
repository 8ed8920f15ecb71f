package dev.sluice.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The JSON report of a run; latencies in microseconds, durations in seconds.
 *
 * <p>Threading: stateless.
 */
public final class ResultJson {
    private static final int FORMAT = 1;

    private ResultJson() {}

    /** Writes the report to {@code file}. */
    public static void write(LoadResult result, Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        mapper.writeValue(file.toFile(), toJson(result));
    }

    /** The report as a tree. */
    public static ObjectNode toJson(LoadResult result) {
        LoadPlan plan = result.plan();
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", FORMAT);
        root.put("verdict", result.exitCode().words());
        root.put("url", plan.url().toString());
        root.put("model", plan.model());
        root.put("arrivals", plan.arrivals().toString());
        root.put("seed", plan.seed());
        root.put("seconds", result.seconds());
        root.put("sent", result.sent());
        root.put("ok", result.ok());
        root.put("failed", result.failed());
        ObjectNode errors = root.putObject("errors");
        result.errors().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(error -> errors.put(error.getKey(), error.getValue()));
        root.put("ok_per_second", result.okPerSecond());
        root.set("latency_us", latency(result.latency()));
        if (result.serverCpuNanosPerRequest() != null) {
            root.put("server_cpu_us_per_request", result.serverCpuNanosPerRequest() / 1e3);
        }
        ObjectNode generator = root.putObject("generator");
        generator.set("lateness_us", latency(result.health().lateness()));
        generator.put("loop_busy_max", result.health().loopBusyMax());
        ArrayNode complaints = generator.putArray("complaints");
        result.complaints().forEach(complaints::add);
        ArrayNode slos = root.putArray("slos");
        for (SloOutcome outcome : result.sloOutcomes()) {
            slos.addObject()
                    .put("goal", outcome.goal())
                    .put("actual", outcome.actual())
                    .put("met", outcome.met());
        }
        ArrayNode series = root.putArray("series");
        result.series().forEach(sample -> series.add(second(sample)));
        return root;
    }

    private static ObjectNode latency(LatencySummary latency) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("count", latency.count());
        node.put("mean", latency.meanNanos() / 1e3);
        node.put("p50", latency.p50Nanos() / 1e3);
        node.put("p90", latency.p90Nanos() / 1e3);
        node.put("p99", latency.p99Nanos() / 1e3);
        node.put("p99_9", latency.p999Nanos() / 1e3);
        node.put("max", latency.maxNanos() / 1e3);
        return node;
    }

    private static ObjectNode second(SecondSample sample) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("second", sample.second());
        node.put("seconds", sample.seconds());
        node.put("sent", sample.sent());
        node.put("ok", sample.ok());
        node.put("failed", sample.failed());
        node.put("outstanding", sample.outstanding());
        node.set("latency_us", latency(sample.latency()));
        return node;
    }
}
