package dev.sluice.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The JSON report of a run; latencies in microseconds, durations in seconds, rates per second.
 *
 * <p>Threading: stateless.
 */
public final class ResultJson {
    /** Changes when a field is renamed, removed or gets another meaning; new fields do not change it. */
    private static final int FORMAT = 2;

    private ResultJson() {}

    static void write(RunReport report, Path file) throws IOException {
        ObjectNode root = toJson(report.result());
        root.put("verdict", report.exitCode().words());
        root.put("exit_code", report.exitCode().code());
        root.put("started_at", report.startedAt().toString());
        ArrayNode command = root.putArray("command_line");
        report.commandLine().forEach(command::add);
        ObjectNode environment = root.putObject("environment");
        new java.util.TreeMap<>(report.environment()).forEach(environment::put);
        if (report.search() != null) {
            root.set("search", search(report.search()));
        }
        write(root, file);
    }

    /** The report of a run that could not begin. */
    static void writeReason(String reason, Path file) throws IOException {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", FORMAT);
        root.put("verdict", ExitCode.NOT_MEASURED.words());
        root.put("exit_code", ExitCode.NOT_MEASURED.code());
        root.put("reason", reason);
        write(root, file);
    }

    private static void write(ObjectNode root, Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), root);
    }

    /** The report of one run as a tree. */
    public static ObjectNode toJson(LoadResult result) {
        LoadPlan plan = result.plan();
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", FORMAT);
        root.put("verdict", result.exitCode().words());
        root.put("url", plan.url().toString());
        root.put("arrivals", plan.arrivals().toString());
        root.put("seed", plan.seed());
        root.put("seconds", result.seconds());
        totals(root, result.total());
        if (result.serverCpuNanosPerRequest() != null) {
            root.put("server_cpu_us_per_request", result.serverCpuNanosPerRequest() / 1e3);
        }
        ArrayNode targets = root.putArray("targets");
        for (int i = 0; i < result.targets().size(); i++) {
            targets.add(target(plan.targets().get(i), result.targets().get(i)));
        }
        ArrayNode stages = root.putArray("stages");
        result.stages().forEach(stage -> stages.add(stage(stage)));
        root.set("generator", generator(result));
        root.set("slos", slos(result));
        root.set("percentiles", curve(result.total().latency()));
        ArrayNode series = root.putArray("series");
        result.series().forEach(sample -> series.add(second(sample)));
        return root;
    }

    private static void totals(ObjectNode node, Totals totals) {
        node.put("sent", totals.sent());
        node.put("ok", totals.ok());
        node.put("failed", totals.failed());
        ObjectNode errors = node.putObject("errors");
        totals.errors().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(error -> errors.put(error.getKey(), error.getValue()));
        node.put("ok_per_second", totals.okPerSecond());
        node.set("latency_us", latency(totals.latency().summary()));
    }

    private static ObjectNode target(LoadTarget target, Totals totals) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("name", target.name());
        node.put("model", target.model());
        if (target.version() != null) {
            node.put("version", target.version());
        }
        node.put("weight", target.weight());
        totals(node, totals);
        return node;
    }

    private static ObjectNode stage(Totals totals) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("stage", totals.name());
        node.put("seconds", totals.seconds());
        totals(node, totals);
        return node;
    }

    private static ObjectNode generator(LoadResult result) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.set("lateness_us", latency(result.health().lateness().summary()));
        node.put("loop_busy_max", result.health().loopBusyMax());
        node.put("loop_wait_max", result.health().loopWaitMax());
        node.put("cpu_us_per_request", result.health().cpuNanosPerRequest() / 1e3);
        node.put("unsent", result.unsent());
        ArrayNode complaints = node.putArray("complaints");
        result.complaints().forEach(complaints::add);
        if (result.contentComplaint() != null) {
            node.put("first_wrong_answer", result.contentComplaint());
        }
        return node;
    }

    private static ArrayNode slos(LoadResult result) {
        ArrayNode slos = new ObjectMapper().createArrayNode();
        for (SloOutcome outcome : result.sloOutcomes()) {
            ObjectNode node = slos.addObject();
            if (outcome.target() != null) {
                node.put("target", outcome.target());
            }
            node.put("goal", outcome.goal()).put("actual", outcome.actual()).put("met", outcome.met());
            node.put("verdict", result.verdict(outcome).words());
        }
        return slos;
    }

    private static ArrayNode curve(LatencyDistribution latency) {
        ArrayNode points = new ObjectMapper().createArrayNode();
        for (LatencyDistribution.Point point : latency.curve()) {
            points.addArray().add(point.percentile()).add(point.nanos() / 1e3);
        }
        return points;
    }

    private static ObjectNode search(SearchResult search) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        if (search.ratePerSecond() != null) {
            node.put("rate_per_second", search.ratePerSecond());
        }
        node.put("ending", search.ending().words());
        node.put("low_per_second", search.plan().lowPerSecond());
        node.put("high_per_second", search.plan().highPerSecond());
        node.put("resolution", search.plan().resolution());
        ArrayNode steps = node.putArray("steps");
        for (SearchStep step : search.steps()) {
            ObjectNode one = steps.addObject();
            one.put("step", step.number());
            one.put("rate_per_second", step.perSecond());
            one.put("purpose", step.purpose().words());
            one.put("verdict", step.verdict().words());
            one.put("ok_per_second", step.result().okPerSecond());
            one.put("failed", step.result().failed());
            one.set("latency_us", latency(step.result().latency()));
            one.set("slos", slos(step.result()));
            ArrayNode complaints = one.putArray("complaints");
            step.result().complaints().forEach(complaints::add);
        }
        return node;
    }

    private static ObjectNode latency(LatencySummary latency) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("count", latency.count());
        node.put("mean", Math.rint(latency.meanNanos()) / 1e3);
        node.put("p50", latency.p50Nanos() / 1e3);
        node.put("p90", latency.p90Nanos() / 1e3);
        node.put("p95", latency.p95Nanos() / 1e3);
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
