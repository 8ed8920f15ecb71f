package dev.sluice.loadtest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * What a run prints: a line each second and tables at the end.
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

    /** The tables at the end: measurements, goals, verdict; without a line break after the last line. */
    static String table(RunReport report) {
        StringJoiner lines = new StringJoiner("\n");
        LoadResult result = report.result();
        lines.add(measurements(result));
        if (result.targets().size() > 1) {
            lines.add("").add(groups("target", result.targets()));
        }
        if (!result.stages().isEmpty()) {
            lines.add("").add(groups("stage", result.stages()));
        }
        SearchResult search = report.search();
        if (search != null) {
            lines.add("").add(steps(search.steps()));
        }
        lines.add("");
        for (SloOutcome slo : result.sloOutcomes()) {
            row(lines, "goal " + slo.words(), goal(result, slo));
        }
        String label = result.exitCode() == ExitCode.OK ? "note" : "NOT TRUSTED";
        result.complaints().forEach(complaint -> row(lines, label, complaint));
        if (search != null) {
            row(lines, "highest rate", searchWords(search));
        }
        row(lines, "verdict", verdict(report));
        return lines.toString();
    }

    /** What a verdict says of a goal. */
    static String goalWords(ExitCode verdict) {
        return switch (verdict) {
            case OK -> "met";
            case GOAL_MISSED -> "missed";
            case NOT_MEASURED, USAGE -> "not measured";
        };
    }

    private static String goal(LoadResult result, SloOutcome slo) {
        return switch (result.verdict(slo)) {
            case OK -> "met, got " + slo.actual();
            case GOAL_MISSED -> "MISSED, got " + slo.actual();
            case NOT_MEASURED, USAGE ->
                "NOT MEASURED, got " + slo.actual() + (slo.met() ? "" : ", which the generator itself can explain");
        };
    }

    /** The verdict with the exit code. */
    static String verdict(RunReport report) {
        return report.exitCode().words() + " (exit code " + report.exitCode().code() + ")";
    }

    /** For example {@code 1230/s (the highest rate that meets the goals)}. */
    static String searchWords(SearchResult search) {
        Double rate = search.ratePerSecond();
        return rate == null
                ? search.ending().words()
                : rate(rate) + "/s (" + search.ending().words() + ")";
    }

    /** For example {@code step  3    400/s  probe    met       p99 <= 50.00 ms: 12.31 ms}. */
    static String step(SearchStep step) {
        String goals = step.result().sloOutcomes().stream()
                .map(outcome -> outcome.words() + ": " + outcome.actual())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "step %2d  %9s/s  %-7s  %-12s  %s",
                step.number(),
                rate(step.perSecond()),
                step.purpose().words(),
                goalWords(step.verdict()),
                goals);
    }

    private static String steps(List<SearchStep> steps) {
        return steps.stream().map(ResultText::step).collect(Collectors.joining("\n"));
    }

    /** A rate without digits that say nothing. */
    static String rate(double perSecond) {
        return perSecond == Math.rint(perSecond)
                ? String.format(Locale.ROOT, "%.0f", perSecond)
                : String.format(Locale.ROOT, "%.2f", perSecond);
    }

    private static String groups(String title, List<Totals> groups) {
        StringJoiner lines = new StringJoiner("\n");
        int width = Math.max(
                24,
                groups.stream().mapToInt(group -> group.name().length()).max().orElse(0));
        String form = "%-" + width + "s %10s %8s %10s %10s %10s %10s %10s";
        lines.add(String.format(Locale.ROOT, form, title, "sent", "failed", "ok/s", "p50", "p90", "p99", "max"));
        for (Totals group : groups) {
            LatencySummary latency = group.latency().summary();
            lines.add(String.format(
                    Locale.ROOT,
                    form,
                    group.name(),
                    group.sent(),
                    group.failed(),
                    String.format(Locale.ROOT, "%.1f", group.okPerSecond()),
                    DurationText.ofNanos(latency.p50Nanos()),
                    DurationText.ofNanos(latency.p90Nanos()),
                    DurationText.ofNanos(latency.p99Nanos()),
                    DurationText.ofNanos(latency.maxNanos())));
        }
        return lines.toString();
    }

    /** The rows of the table that judge nothing, without a line break after the last. */
    public static String measurements(LoadResult result) {
        StringJoiner lines = new StringJoiner("\n");
        row(lines, "target", result.plan().url() + " " + targetWords(result.plan()));
        row(lines, "arrivals", result.plan().arrivals().toString());
        row(lines, "sent / ok / failed", result.sent() + " / " + result.ok() + " / " + result.failed());
        for (Map.Entry<String, Long> error : new java.util.TreeMap<>(result.errors()).entrySet()) {
            row(lines, "  " + error.getKey(), error.getValue().toString());
        }
        if (result.contentComplaint() != null) {
            row(lines, "first wrong answer", result.contentComplaint());
        }
        row(lines, "ok per second", String.format(Locale.ROOT, "%.1f", result.okPerSecond()));
        latency(lines, result.latency());
        if (result.serverCpuNanosPerRequest() != null) {
            row(lines, "server CPU per request", DurationText.ofNanos(result.serverCpuNanosPerRequest()));
        }
        LatencyDistribution lateness = result.health().lateness();
        if (lateness.count() > 0) {
            row(
                    lines,
                    "generator lateness",
                    "p50 " + DurationText.ofNanos(lateness.nanosAt(50)) + ", p99 "
                            + DurationText.ofNanos(lateness.nanosAt(99)));
        }
        GeneratorHealth health = result.health();
        row(
                lines,
                "generator CPU",
                String.format(
                        Locale.ROOT,
                        "%s per request; busiest loop %.0f %% of a core, waiting for one %.0f %%",
                        DurationText.ofNanos(health.cpuNanosPerRequest()),
                        health.loopBusyMax() * 100,
                        health.loopWaitMax() * 100));
        return lines.toString();
    }

    /** For example {@code model fraud}, or {@code models fraud, churn}. */
    static String targetWords(LoadPlan plan) {
        return plan.targets().stream()
                .map(target ->
                        target.version() == null ? target.model() : target.model() + " version " + target.version())
                .distinct()
                .collect(Collectors.joining(", ", plan.targets().size() == 1 ? "model " : "models ", ""));
    }

    private static void latency(StringJoiner lines, LatencySummary latency) {
        row(lines, "latency p50", DurationText.ofNanos(latency.p50Nanos()));
        row(lines, "latency p90", DurationText.ofNanos(latency.p90Nanos()));
        row(lines, "latency p95", DurationText.ofNanos(latency.p95Nanos()));
        row(lines, "latency p99", DurationText.ofNanos(latency.p99Nanos()));
        row(lines, "latency p99.9", DurationText.ofNanos(latency.p999Nanos()));
        row(lines, "latency max", DurationText.ofNanos(latency.maxNanos()));
    }

    private static void row(StringJoiner lines, String label, String value) {
        lines.add(String.format(Locale.ROOT, "%-24s %s", label, value));
    }
}
