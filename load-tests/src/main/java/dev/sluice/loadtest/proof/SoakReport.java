package dev.sluice.loadtest.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ResultJson;
import dev.sluice.loadtest.ResultText;
import dev.sluice.loadtest.report.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/**
 * The evidence of a soak: {@code result.json}, {@code samples.csv}, {@code plot.svg} and a table.
 *
 * <p>Threading: stateless.
 */
final class SoakReport {
    private static final double MEBIBYTE = 1 << 20;

    private SoakReport() {}

    static void write(SoakResult result, Path folder) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("result.json").toFile(), json(result));
        Files.write(folder.resolve("samples.csv"), csv(result.samples()));
        Files.writeString(folder.resolve("plot.svg"), plot(result.samples()));
        Files.writeString(folder.resolve("table.txt"), table(result) + "\n");
    }

    private static ObjectNode json(SoakResult result) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", 1);
        root.put("proof", "soak");
        root.put("verdict", result.verdict().exitCode().words());
        ArrayNode reasons = root.putArray("reasons");
        result.verdict().reasons().forEach(reasons::add);
        root.put("machine_busy", result.verdict().machineBusy());
        root.put("model", result.plan().model());
        root.put("java_options", String.join(" ", result.plan().environment().values()));
        ObjectNode capacity = root.putObject("capacity_per_second_by_connections");
        result.capacity().forEach((connections, rate) -> capacity.put(connections.toString(), rate));
        root.put("rate_per_second", result.ratePerSecond());
        ArrayNode memory = root.putArray("memory");
        for (Flatness flatness : result.verdict().memory()) {
            memory.addObject()
                    .put("name", flatness.name())
                    .put("judged", flatness.judged())
                    .put("flat", flatness.isFlat())
                    .put("median_bytes", Math.round(flatness.medianBytes()))
                    .put("growth_bytes", Math.round(flatness.growthBytes()))
                    .put("limit_bytes", Math.round(flatness.limitBytes()))
                    .put("points", flatness.points());
        }
        root.set("load", ResultJson.toJson(result.load()));
        return root;
    }

    private static List<String> csv(List<ServerSample> samples) {
        List<String> lines = new ArrayList<>();
        lines.add("second,resident_bytes,heap_bytes,direct_bytes,cpu_seconds,ok_per_second,p99_us,failed");
        for (ServerSample sample : samples) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.3f,%d,%d,%d,%.2f,%.1f,%.1f,%d",
                    sample.atSeconds(),
                    sample.residentBytes(),
                    sample.heapBytes(),
                    sample.directBytes(),
                    sample.cpuSeconds(),
                    sample.load().okPerSecond(),
                    sample.load().latency().p99Nanos() / 1e3,
                    sample.load().failed()));
        }
        return lines;
    }

    private static String plot(List<ServerSample> samples) {
        double[] seconds = samples.stream().mapToDouble(ServerSample::atSeconds).toArray();
        return SvgPlot.render(
                seconds,
                List.of(
                        new SvgPlot.Panel(
                                "memory, MiB",
                                List.of(
                                        line("resident", samples, sample -> sample.residentBytes() / MEBIBYTE),
                                        line("heap", samples, sample -> sample.heapBytes() / MEBIBYTE),
                                        line("direct", samples, sample -> sample.directBytes() / MEBIBYTE))),
                        new SvgPlot.Panel(
                                "ok, requests per second",
                                List.of(line(
                                        "ok", samples, sample -> sample.load().okPerSecond()))),
                        new SvgPlot.Panel(
                                "p99, ms",
                                List.of(line(
                                        "p99",
                                        samples,
                                        sample -> sample.load().latency().p99Nanos() / 1e6)))));
    }

    private static SvgPlot.Line line(String label, List<ServerSample> samples, ToDoubleFunction<ServerSample> value) {
        return new SvgPlot.Line(
                label, samples.stream().mapToDouble(value).boxed().toList());
    }

    /** The table for the terminal, without a line break after the last line. */
    static String table(SoakResult result) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add(ResultText.measurements(result.load()));
        result.load().complaints().forEach(complaint -> lines.add("latencies are not to be trusted: " + complaint));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT, "%-22s %12s %12s %12s %8s", "memory", "median MiB", "growth MiB", "limit MiB", ""));
        for (Flatness flatness : result.verdict().memory()) {
            lines.add(row(flatness));
        }
        lines.add("");
        lines.add("soak: " + result.verdict().exitCode().words());
        result.verdict().reasons().forEach(reason -> lines.add("  " + reason));
        if (result.verdict().machineBusy()) {
            lines.add(CannotMeasureException.MACHINE_BUSY);
        }
        return lines.toString();
    }

    private static String row(Flatness flatness) {
        if (!flatness.judged()) {
            return String.format(Locale.ROOT, "%-22s not judged: %d points", flatness.name(), flatness.points());
        }
        return String.format(
                Locale.ROOT,
                "%-22s %12.1f %12.1f %12.1f %8s",
                flatness.name(),
                flatness.medianBytes() / MEBIBYTE,
                flatness.growthBytes() / MEBIBYTE,
                flatness.limitBytes() / MEBIBYTE,
                flatness.isFlat() ? "flat" : "GROWS");
    }
}
