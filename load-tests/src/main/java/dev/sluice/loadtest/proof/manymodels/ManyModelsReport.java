package dev.sluice.loadtest.proof.manymodels;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.report.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The evidence of {@code prove many-models}: {@code samples.csv}, a picture over time, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class ManyModelsReport {
    private static final double MEBIBYTE = 1 << 20;

    private ManyModelsReport() {}

    static void write(ManyModelsResult result, Path folder) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("second,model_bytes,limit_bytes,resident_bytes,evictions,answers"));
        for (MemorySample sample : result.samples()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.3f,%d,%d,%d,%d,%d",
                    sample.atSeconds(),
                    sample.modelBytes(),
                    sample.limitBytes(),
                    sample.residentBytes(),
                    sample.evictions(),
                    sample.answers()));
        }
        Files.write(folder.resolve("samples.csv"), lines);
        List<MemorySample> samples = result.samples();
        Files.writeString(
                folder.resolve("plot.svg"),
                SvgPlot.render(
                        samples.stream().mapToDouble(MemorySample::atSeconds).toArray(),
                        List.of(
                                new SvgPlot.Panel(
                                        "loaded models, MiB",
                                        List.of(
                                                line("taken", samples, sample -> sample.modelBytes() / MEBIBYTE),
                                                line("bound", samples, sample -> sample.limitBytes() / MEBIBYTE))),
                                new SvgPlot.Panel(
                                        "resident memory above that before the first load, MiB",
                                        List.of(line(
                                                "",
                                                samples,
                                                sample -> Math.max(
                                                        0,
                                                        (sample.residentBytes() - result.residentBefore())
                                                                / MEBIBYTE)))),
                                new SvgPlot.Panel("evictions", List.of(line("", samples, MemorySample::evictions))))));
    }

    private static SvgPlot.Line line(String label, List<MemorySample> samples, ToDoubleFunction<MemorySample> value) {
        return new SvgPlot.Line(
                label, samples.stream().mapToDouble(value).boxed().toList());
    }

    static ProofOutcome outcome(ManyModelsPlan plan, ManyModelsResult result) {
        List<String> lines = new ArrayList<>();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        long modelMax = result.samples().stream()
                .mapToLong(MemorySample::modelBytes)
                .max()
                .orElse(0);
        long residentMax = result.samples().stream()
                .mapToLong(MemorySample::residentBytes)
                .max()
                .orElse(0);
        figures.put("models", plan.models())
                .put("room", plan.room())
                .put("models_asked", result.modelsAsked())
                .put("answers", result.answers())
                .put("failed", result.failed())
                .put("evictions", result.evictions())
                .put("samples", result.samples().size())
                .put("model_bytes_max", modelMax)
                .put("model_bytes_limit", result.limitBytes())
                .put("resident_before_bytes", result.residentBefore())
                .put("resident_max_bytes", residentMax);
        lines.add(String.format(
                Locale.ROOT,
                "%d of %d models asked, room for %d; %d right answers, %d failed or wrong; %d evictions",
                result.modelsAsked(),
                plan.models(),
                plan.room(),
                result.answers(),
                result.failed(),
                result.evictions()));
        lines.add(String.format(
                Locale.ROOT,
                "loaded models took at most %.2f of %.2f MiB in %d samples; resident at most %.1f MiB, %.1f before the first load",
                modelMax / MEBIBYTE,
                result.limitBytes() / MEBIBYTE,
                result.samples().size(),
                residentMax / MEBIBYTE,
                result.residentBefore() / MEBIBYTE));
        latency(result.latency(), lines, figures.putObject("latency_nanos"));
        return new ProofOutcome("many-models", ManyModelsVerdict.judge(result), lines, figures);
    }

    private static void latency(Map<Residency, Histogram> latency, List<String> lines, ObjectNode figures) {
        for (Residency residency : Residency.values()) {
            Histogram histogram = latency.get(residency);
            if (histogram == null || histogram.getTotalCount() == 0) {
                continue;
            }
            figures.putObject(residency.words())
                    .put("count", histogram.getTotalCount())
                    .put("p50", histogram.getValueAtPercentile(50))
                    .put("p99", histogram.getValueAtPercentile(99))
                    .put("max", histogram.getMaxValue());
            lines.add(String.format(
                    Locale.ROOT,
                    "%-7s %9d answers: p50 %.2f, p99 %.2f, max %.2f ms",
                    residency.words(),
                    histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50) / 1e6,
                    histogram.getValueAtPercentile(99) / 1e6,
                    histogram.getMaxValue() / 1e6));
        }
    }
}
