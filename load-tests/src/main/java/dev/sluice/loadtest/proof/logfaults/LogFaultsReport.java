package dev.sluice.loadtest.proof.logfaults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.LatencySummary;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The evidence of {@code prove log-faults}: {@code faults.csv}, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class LogFaultsReport {
    private LogFaultsReport() {}

    static void write(List<FaultResult> results, Path folder) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("fault,span,p50_us,p99_us,p999_us,max_us,requests,received,logged,dropped,sampled_out"));
        for (FaultResult result : results) {
            lines.add(row(result, "before 1", result.before().get(0)));
            lines.add(row(result, "before 2", result.before().get(1)));
            lines.add(row(result, "during", result.during()));
            lines.add(row(result, "after", result.after()));
        }
        Files.write(folder.resolve("faults.csv"), lines);
    }

    private static String row(FaultResult result, String span, LatencySummary latency) {
        ChannelCounts counts = result.counts();
        return String.format(
                Locale.ROOT,
                "%s,%s,%.1f,%.1f,%.1f,%.1f,%d,%d,%d,%d,%d",
                result.kind().words(),
                span,
                latency.p50Nanos() / 1e3,
                latency.p99Nanos() / 1e3,
                latency.p999Nanos() / 1e3,
                latency.maxNanos() / 1e3,
                latency.count(),
                counts.received(),
                counts.logged(),
                counts.dropped(),
                counts.sampledOut());
    }

    static String words(FaultResult result) {
        return String.format(
                Locale.ROOT,
                "%-16s: %d requests, %d failed; p50 × %.2f, p99 × %.2f (before: p50 %.0f, p99 %.0f µs); %s; %s",
                result.kind().words(),
                result.sent(),
                result.failed(),
                result.p50Ratio(),
                result.p99Ratio(),
                (result.before().get(0).p50Nanos() + result.before().get(1).p50Nanos()) / 2e3,
                (result.before().get(0).p99Nanos() + result.before().get(1).p99Nanos()) / 2e3,
                result.counts().words(),
                result.recoveredNanos() < 0
                        ? "not recovered"
                        : String.format(Locale.ROOT, "logged again after %.0f ms", result.recoveredNanos() / 1e6));
    }

    /** @param missing faults that could not be made here, and why */
    static ProofOutcome outcome(LogFaultsPlan plan, List<FaultResult> results, List<String> missing) {
        List<String> lines = new ArrayList<>();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("rate", plan.rate()).put("stall_seconds", plan.stall().toSeconds());
        ArrayNode faults = figures.putArray("faults");
        lines.add(String.format(
                Locale.ROOT,
                "%.0f requests/s; each fault lasts %d s; × = latency during it ÷ before it%s",
                plan.rate(),
                plan.stall().toSeconds(),
                plan.judgesLatency() ? "" : " (not judged at this size)"));
        for (FaultResult result : results) {
            lines.add(words(result));
            faults.addObject()
                    .put("fault", result.kind().words())
                    .put("sent", result.sent())
                    .put("failed", result.failed())
                    .put("p50_ratio", result.p50Ratio())
                    .put("p99_ratio", result.p99Ratio())
                    .put("p50_noise", result.p50Noise())
                    .put("p99_noise", result.p99Noise())
                    .put("logged_share_during", result.progress())
                    .put("recovered_nanos", result.recoveredNanos())
                    .put("received", result.counts().received())
                    .put("logged", result.counts().logged())
                    .put("dropped", result.counts().dropped())
                    .put("sampled_out", result.counts().sampledOut());
        }
        if (!results.isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "without a fault, spans differ by up to × %.2f (p50) and × %.2f (p99)",
                    LogFaultsVerdict.noise(results, false),
                    LogFaultsVerdict.noise(results, true)));
        }
        return new ProofOutcome("log-faults", LogFaultsVerdict.judge(plan, results, missing), lines, figures);
    }
}
