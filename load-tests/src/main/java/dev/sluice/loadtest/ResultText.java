package dev.sluice.loadtest;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a run prints: a line each second and a table at the end.
 *
 * <p>Threading: stateless.
 */
public final class ResultText {
    private ResultText() {}

    /** For example {@code    3 s     498.0 req/s  p50 1.20 ms  p99 3.40 ms  failed 0  outstanding 2}. */
    public static String progress(SecondSample sample) {
        return String.format(
                Locale.ROOT,
                "%5d s  %10.1f req/s  p50 %10s  p99 %10s  failed %d  outstanding %d",
                sample.second() + 1,
                sample.okPerSecond(),
                DurationText.ofNanos(sample.latency().p50Nanos()),
                DurationText.ofNanos(sample.latency().p99Nanos()),
                sample.failed(),
                sample.outstanding());
    }

    /** The table at the end: measurements, goals, verdict; without a line break after the last line. */
    public static String table(LoadResult result) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add(measurements(result));
        for (SloOutcome slo : result.sloOutcomes()) {
            row(lines, "goal " + slo.goal(), (slo.met() ? "met, got " : "MISSED, got ") + slo.actual());
        }
        result.complaints().forEach(complaint -> row(lines, "NOT TRUSTED", complaint));
        row(lines, "verdict", result.exitCode().words());
        return lines.toString();
    }

    /** The rows of the table that judge nothing, without a line break after the last. */
    public static String measurements(LoadResult result) {
        StringJoiner lines = new StringJoiner("\n");
        row(lines, "target", result.plan().url() + " model " + result.plan().model());
        row(lines, "arrivals", result.plan().arrivals().toString());
        row(lines, "sent / ok / failed", result.sent() + " / " + result.ok() + " / " + result.failed());
        for (Map.Entry<String, Long> error : result.errors().entrySet()) {
            row(lines, "  " + error.getKey(), error.getValue().toString());
        }
        row(lines, "ok per second", String.format(Locale.ROOT, "%.1f", result.okPerSecond()));
        latency(lines, result.latency());
        if (result.serverCpuNanosPerRequest() != null) {
            row(lines, "server CPU per request", DurationText.ofNanos(result.serverCpuNanosPerRequest()));
        }
        LatencySummary lateness = result.health().lateness();
        if (lateness.count() > 0) {
            row(
                    lines,
                    "generator lateness",
                    "p50 " + DurationText.ofNanos(lateness.p50Nanos()) + ", p99 "
                            + DurationText.ofNanos(lateness.p99Nanos()));
        }
        row(
                lines,
                "generator CPU",
                String.format(Locale.ROOT, "%.0f %% of a core", result.health().loopBusyMax() * 100));
        return lines.toString();
    }

    private static void latency(StringJoiner lines, LatencySummary latency) {
        row(lines, "latency p50", DurationText.ofNanos(latency.p50Nanos()));
        row(lines, "latency p90", DurationText.ofNanos(latency.p90Nanos()));
        row(lines, "latency p99", DurationText.ofNanos(latency.p99Nanos()));
        row(lines, "latency p99.9", DurationText.ofNanos(latency.p999Nanos()));
        row(lines, "latency max", DurationText.ofNanos(latency.maxNanos()));
    }

    private static void row(StringJoiner lines, String label, String value) {
        lines.add(String.format(Locale.ROOT, "%-24s %s", label, value));
    }
}
