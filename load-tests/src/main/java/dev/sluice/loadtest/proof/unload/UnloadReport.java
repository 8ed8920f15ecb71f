package dev.sluice.loadtest.proof.unload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.Ranks;
import dev.sluice.loadtest.report.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The evidence of {@code prove unload}: {@code cycles.csv}, a picture of the memory over the cycles, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class UnloadReport {
    private static final double MEBIBYTE = 1 << 20;

    private UnloadReport() {}

    static void write(List<UnloadCycle> cycles, Path folder) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("cycle,at_seconds,load_ms,unload_ms,loaded_bytes,unloaded_bytes,failed"));
        for (UnloadCycle cycle : cycles) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%d,%.3f,%.1f,%.1f,%d,%d,%d",
                    cycle.number(),
                    cycle.atSeconds(),
                    cycle.loadNanos() / 1e6,
                    cycle.unloadNanos() / 1e6,
                    cycle.loadedBytes(),
                    cycle.unloadedBytes(),
                    cycle.failed()));
        }
        Files.write(folder.resolve("cycles.csv"), lines);
        Files.writeString(
                folder.resolve("plot.svg"),
                SvgPlot.render(
                        cycles.stream().mapToDouble(UnloadCycle::number).toArray(),
                        ". cycle",
                        List.of(new SvgPlot.Panel(
                                "resident memory, MiB",
                                List.of(
                                        line("unloaded", cycles, UnloadCycle::unloadedBytes),
                                        line("loaded", cycles, UnloadCycle::loadedBytes))))));
    }

    private static SvgPlot.Line line(String label, List<UnloadCycle> cycles, ToDoubleFunction<UnloadCycle> bytes) {
        return new SvgPlot.Line(
                label,
                cycles.stream()
                        .map(cycle -> bytes.applyAsDouble(cycle) / MEBIBYTE)
                        .toList());
    }

    /** @param before resident memory before the first cycle, nothing loaded */
    static ProofOutcome outcome(UnloadPlan plan, long before, List<UnloadCycle> cycles) {
        List<String> lines = new ArrayList<>();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("cycles", cycles.size())
                .put("requests", (long) cycles.size() * plan.requests())
                .put("resident_before_bytes", before);
        List<Long> loads = cycles.stream().map(UnloadCycle::loadNanos).sorted().toList();
        if (!loads.isEmpty()) {
            figures.put("load_nanos_p50", Ranks.quantile(loads, 0.5))
                    .put("load_nanos_max", loads.get(loads.size() - 1));
            lines.add(String.format(
                    Locale.ROOT,
                    "%d loads and unloads with %d requests each; a load took %.0f ms, at most %.0f ms",
                    cycles.size(),
                    plan.requests(),
                    Ranks.quantile(loads, 0.5) / 1e6,
                    loads.get(loads.size() - 1) / 1e6));
        }
        if (cycles.size() > UnloadPlan.REFERENCE) {
            UnloadCycle reference = cycles.get(UnloadPlan.REFERENCE - 1);
            UnloadCycle last = cycles.get(cycles.size() - 1);
            double growth = UnloadVerdict.growth(reference.unloadedBytes(), last.unloadedBytes());
            figures.put("resident_reference_bytes", reference.unloadedBytes())
                    .put("resident_last_bytes", last.unloadedBytes())
                    .put("resident_loaded_bytes", last.loadedBytes())
                    .put("growth", growth);
            lines.add(String.format(
                    Locale.ROOT,
                    "resident memory: %.1f MiB before the first, %.1f after cycle %d, %.1f after cycle %d (%+.1f %%); %.1f while loaded",
                    before / MEBIBYTE,
                    reference.unloadedBytes() / MEBIBYTE,
                    reference.number(),
                    last.unloadedBytes() / MEBIBYTE,
                    last.number(),
                    100 * growth,
                    last.loadedBytes() / MEBIBYTE));
        }
        return new ProofOutcome("unload", UnloadVerdict.judge(plan, cycles), lines, figures);
    }
}
