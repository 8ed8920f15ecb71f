package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.util.StringJoiner;

/**
 * Records as lines for people.
 *
 * <p>Threading: stateless.
 */
final class LogPrinter {
    private LogPrinter() {}

    /** For example {@code 2026-11-24T01:02:03.456789Z  fraud@3  stable/route  answered  5.21 ms  p-1}. */
    static String line(LoggedRecord record) {
        StringJoiner line = new StringJoiner("  ");
        line.add(record.arrived().toString());
        line.add(record.model().toString());
        line.add(record.arm() + "/" + record.reason());
        line.add(record.failureCode().isEmpty() ? "answered" : record.failureCode());
        line.add(LogReport.millis(record.timing().totalNanos()));
        line.add(record.predictionId());
        if (!record.clientId().isEmpty()) {
            line.add("client_id=" + clean(record.clientId()));
        }
        if (!record.flags().isEmpty()) {
            line.add("flags=" + clean(String.join(",", record.flags())));
        }
        if (record.redacted()) {
            line.add("redacted");
        }
        if (!record.inputDigests().isEmpty() || !record.outputDigests().isEmpty()) {
            line.add("digest");
        }
        if (!record.failureMessage().isEmpty()) {
            line.add(clean(record.failureMessage()));
        }
        return line.toString();
    }

    /** What clients sent must not steer a terminal. */
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
