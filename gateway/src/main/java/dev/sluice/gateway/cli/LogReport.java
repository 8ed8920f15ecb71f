package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.query.GroupStatistics;
import dev.sluice.canary.inputlog.query.LogStatistics;
import dev.sluice.canary.inputlog.query.WindowSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The figures of a log, as text and as JSON.
 *
 * <p>Threading: main thread.
 */
final class LogReport {
    private static final int SCHEMA = 1;
    private static final String LINE = "%n";

    private final LogStatistics statistics;
    private final int files;
    private final LogScan scan;

    LogReport(LogStatistics statistics, int files, LogScan scan) {
        this.statistics = statistics;
        this.files = files;
        this.scan = scan;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "log       %s, %s", StartupPrinter.plural(files, "file"), bytes(scan.bytes()));
        if (scan.tornBytes() > 0) {
            line(text, "torn      %d bytes behind the last whole line of files that were not closed", scan.tornBytes());
        }
        if (scan.damaged() > 0) {
            line(text, "damaged   %s", StartupPrinter.plural((int) scan.damaged(), "line"));
        }
        if (statistics.records() == 0) {
            line(text, "records   none that the filters choose");
        } else {
            records(text);
        }
        windows(text);
        return text.toString();
    }

    private void records(StringBuilder text) {
        line(
                text,
                "records   %d, %d redacted, %d digests; they stand for %s requests",
                statistics.records(),
                statistics.redacted(),
                statistics.digests(),
                rounded(statistics.requests()));
        line(
                text,
                "time      %s to %s",
                statistics.first().orElseThrow(),
                statistics.last().orElseThrow());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MODEL", "VERSION", "ARM", "OUTCOME", "RECORDS", "REQUESTS", "P50", "P90", "P99", "MAX"));
        for (GroupStatistics each : statistics.groups()) {
            rows.add(List.of(
                    each.group().model(),
                    Long.toString(each.group().version()),
                    each.group().arm(),
                    each.group().outcome(),
                    Long.toString(each.records()),
                    rounded(each.requests()),
                    millis(each.p50Nanos()),
                    millis(each.p90Nanos()),
                    millis(each.p99Nanos()),
                    millis(each.maxNanos())));
        }
        table(text, rows);
        statistics.flags().forEach((flag, count) -> line(text, "flag      %s %d", flag, count));
    }

    private void windows(StringBuilder text) {
        WindowSums sums = statistics.windows();
        if (sums.windows() == 0) {
            line(text, "windows   none has ended");
            return;
        }
        String dropped = Arrays.stream(DropReason.values())
                .filter(reason -> sums.dropped().containsKey(reason))
                .map(reason -> reason.word() + " " + sums.dropped().get(reason))
                .collect(Collectors.joining(", "));
        line(
                text,
                "windows   %d: received %d = logged %d + dropped %d%s + sampled out %d%s",
                sums.windows(),
                sums.received(),
                sums.logged(),
                sums.droppedTotal(),
                dropped.isEmpty() ? "" : " (" + dropped + ")",
                sums.sampledOut(),
                sums.interrupted() == 0
                        ? ""
                        : "; " + sums.interrupted() + " interrupted, with what is in the log alone");
    }

    String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("schema", SCHEMA).put("type", "log_stats").put("files", files).put("bytes", scan.bytes());
        root.put("torn_bytes", scan.tornBytes()).put("damaged_lines", scan.damaged());
        root.put("records", statistics.records())
                .put("redacted", statistics.redacted())
                .put("digests", statistics.digests())
                .put("requests_estimate", statistics.requests());
        statistics.first().ifPresent(time -> root.put("first", time.toString()));
        statistics.last().ifPresent(time -> root.put("last", time.toString()));
        var groups = root.putArray("groups");
        for (GroupStatistics each : statistics.groups()) {
            groups.addObject()
                    .put("model", each.group().model())
                    .put("version", each.group().version())
                    .put("arm", each.group().arm())
                    .put("outcome", each.group().outcome())
                    .put("records", each.records())
                    .put("requests_estimate", each.requests())
                    .put("p50_ns", each.p50Nanos())
                    .put("p90_ns", each.p90Nanos())
                    .put("p99_ns", each.p99Nanos())
                    .put("max_ns", each.maxNanos());
        }
        ObjectNode flags = root.putObject("flags");
        statistics.flags().forEach(flags::put);
        WindowSums sums = statistics.windows();
        ObjectNode windows = root.putObject("windows")
                .put("windows", sums.windows())
                .put("interrupted", sums.interrupted())
                .put("received", sums.received())
                .put("logged", sums.logged())
                .put("digests", sums.digests())
                .put("sampled_out", sums.sampledOut());
        ObjectNode dropped = windows.putObject("dropped");
        for (Map.Entry<DropReason, Long> each : sums.dropped().entrySet()) {
            dropped.put(each.getKey().word(), each.getValue());
        }
        return root.toString();
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        int firstNumber = 4;
        for (List<String> row : rows) {
            StringBuilder made = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean left = i < firstNumber && i != 1;
                made.append(left ? row.get(i) + padding : padding + row.get(i)).append("  ");
            }
            text.append(made.toString().stripTrailing()).append(System.lineSeparator());
        }
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format + LINE, arguments));
    }

    private static String rounded(double count) {
        return String.format(Locale.ROOT, "%.0f", count);
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, nanos < 10_000_000 ? "%.2f ms" : "%.0f ms", nanos / 1e6);
    }

    private static String bytes(long bytes) {
        return bytes < 1 << 20 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
