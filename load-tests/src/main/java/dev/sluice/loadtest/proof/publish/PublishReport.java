package dev.sluice.loadtest.proof.publish;

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
import java.util.stream.IntStream;

/**
 * The evidence of {@code prove publish}: {@code cycles.csv}, {@code windows.csv}, two pictures, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class PublishReport {
    private PublishReport() {}

    static void write(PublishResult result, Path folder) throws IOException {
        List<String> cycles = new ArrayList<>(List.of("version,kind,good,at_seconds,served_ms,note"));
        for (Cycle cycle : result.cycles()) {
            cycles.add(String.format(
                    Locale.ROOT,
                    "%d,\"%s\",%b,%.3f,%s,\"%s\"",
                    cycle.version(),
                    cycle.kind().words(),
                    cycle.kind().isGood(),
                    cycle.atSeconds(),
                    cycle.served() ? String.format(Locale.ROOT, "%.1f", cycle.servedNanos() / 1e6) : "",
                    cycle.note().replace('"', '\'')));
        }
        Files.write(folder.resolve("cycles.csv"), cycles);
        List<String> windows = new ArrayList<>(List.of("pair,cycles,swap_p99_us,steady_p99_us,ratio,measured"));
        for (int i = 0; i < result.pairs().size(); i++) {
            WindowPair pair = result.pairs().get(i);
            windows.add(String.format(
                    Locale.ROOT,
                    "%d,%d,%.1f,%.1f,%.3f,%b",
                    i + 1,
                    pair.cycles(),
                    pair.swapP99Nanos() / 1e3,
                    pair.steadyP99Nanos() / 1e3,
                    pair.ratio(),
                    pair.measured()));
        }
        Files.write(folder.resolve("windows.csv"), windows);
        Files.writeString(folder.resolve("plot.svg"), plot(result));
        Files.writeString(folder.resolve("p99.svg"), p99(result));
    }

    private static String plot(PublishResult result) {
        List<Cycle> good = result.cycles().stream()
                .filter(cycle ->
                        cycle.kind().isGood() && cycle.served() && !cycle.kind().settles())
                .toList();
        return SvgPlot.render(
                good.stream().mapToDouble(Cycle::atSeconds).toArray(),
                List.of(new SvgPlot.Panel(
                        "from a publish to its first answer, ms",
                        List.of(new SvgPlot.Line(
                                "",
                                good.stream()
                                        .map(cycle -> cycle.servedNanos() / 1e6)
                                        .toList())))));
    }

    private static String p99(PublishResult result) {
        double[] numbers = IntStream.rangeClosed(1, result.pairs().size())
                .mapToDouble(i -> i)
                .toArray();
        return SvgPlot.render(
                numbers,
                "",
                List.of(
                        new SvgPlot.Panel(
                                "p99 by pair of windows, ms",
                                List.of(
                                        new SvgPlot.Line(
                                                "with swaps",
                                                result.pairs().stream()
                                                        .map(pair -> pair.swapP99Nanos() / 1e6)
                                                        .toList()),
                                        new SvgPlot.Line(
                                                "steady",
                                                result.pairs().stream()
                                                        .map(pair -> pair.steadyP99Nanos() / 1e6)
                                                        .toList()))),
                        new SvgPlot.Panel(
                                "with swaps ÷ steady",
                                List.of(new SvgPlot.Line(
                                        "ratio",
                                        result.pairs().stream()
                                                .map(WindowPair::ratio)
                                                .toList())))));
    }

    static ProofOutcome outcome(PublishPlan plan, PublishResult result) {
        List<String> lines = new ArrayList<>();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        ObjectNode capacity = figures.putObject("capacity_per_second_by_connections");
        result.capacity().forEach((connections, rate) -> capacity.put(connections.toString(), rate));
        figures.put("rate_per_second", result.ratePerSecond());
        long good =
                result.cycles().stream().filter(cycle -> cycle.kind().isGood()).count();
        figures.put("cycles", result.cycles().size()).put("good_cycles", good);
        figures.put("sent", result.sent()).put("failed", result.failed()).put("never_sent", result.neverSent());
        figures.put("probes", result.probed()).put("probes_wrong", result.probeWrong());
        lines.add(String.format(
                Locale.ROOT,
                "%d cycles, %d of them good; %d requests at %.0f per second, %d failed or wrong; %d probes, %d wrong",
                result.cycles().size(),
                good,
                result.sent(),
                result.ratePerSecond(),
                result.failed(),
                result.probed(),
                result.probeWrong()));
        served("served_nanos", "from a good publish to its first answer", result.servedNanos(false), lines, figures);
        served(
                "served_after_settling_nanos",
                "the same without a manifest, " + plan.settle().toMillis() + " ms of settling included",
                result.servedNanos(true),
                lines,
                figures);
        ratio(plan, result, lines, figures);
        return new ProofOutcome("publish", PublishVerdict.judge(plan, result), lines, figures);
    }

    private static void served(String key, String words, List<Long> nanos, List<String> lines, ObjectNode figures) {
        if (nanos.isEmpty()) {
            return;
        }
        long p50 = Ranks.quantile(nanos, 0.5);
        long p99 = Ranks.quantile(nanos, 0.99);
        long most = nanos.get(nanos.size() - 1);
        figures.putObject(key)
                .put("count", nanos.size())
                .put("p50", p50)
                .put("p99", p99)
                .put("max", most);
        lines.add(String.format(
                Locale.ROOT, "%s: p50 %.0f, p99 %.0f, max %.0f ms", words, p50 / 1e6, p99 / 1e6, most / 1e6));
    }

    private static void ratio(PublishPlan plan, PublishResult result, List<String> lines, ObjectNode figures) {
        List<Double> ratios = result.ratios();
        figures.put("pairs", result.pairs().size()).put("pairs_measured", ratios.size());
        figures.put("p99_ratio_judged", plan.ratioMax().isPresent());
        String judged = plan.ratioMax()
                .map(most -> String.format(Locale.ROOT, "at most %.2f", most))
                .orElse("not judged at this size");
        if (ratios.isEmpty()) {
            lines.add("p99 with swaps ÷ steady: no pair was measured (" + judged + ")");
            return;
        }
        figures.put("p99_ratio_median", Ranks.median(ratios));
        lines.add(String.format(
                Locale.ROOT,
                "p99 with swaps ÷ steady: median %.2f, %.2f to %.2f, of %d pairs (%s)",
                Ranks.median(ratios),
                ratios.get(0),
                ratios.get(ratios.size() - 1),
                ratios.size(),
                judged));
    }
}
