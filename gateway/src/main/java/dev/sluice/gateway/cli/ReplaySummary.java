package dev.sluice.gateway.cli;

import dev.sluice.gateway.replay.ReplayCounts;
import java.util.stream.Collectors;

/**
 * How a replay went, in one line.
 *
 * <p>Threading: stateless.
 */
final class ReplaySummary {
    private ReplaySummary() {}

    /** For example {@code fraud@4: replayed 10: 8 equal, 2 different; skipped 1 (redacted 1)}. */
    static String line(String candidate, ReplayCounts counts, boolean withTolerance) {
        StringBuilder line = new StringBuilder(candidate)
                .append(": replayed ")
                .append(counts.replayed())
                .append(": ")
                .append(counts.equal())
                .append(" equal, ")
                .append(counts.different())
                .append(" different, ")
                .append(counts.failed())
                .append(" failed");
        if (counts.answeredNow() > 0) {
            line.append(", ").append(counts.answeredNow()).append(" answered now that failed then");
        }
        if (counts.failedAlike() > 0) {
            line.append(", ").append(counts.failedAlike()).append(" failed as they did then");
        }
        if (withTolerance) {
            line.append("; ").append(counts.beyondTolerance()).append(" beyond the tolerance");
        }
        long skipped =
                counts.skipped().values().stream().mapToLong(Long::longValue).sum();
        line.append("; skipped ").append(skipped);
        if (skipped > 0) {
            line.append(counts.skipped().entrySet().stream()
                    .map(each -> each.getKey() + " " + each.getValue())
                    .collect(Collectors.joining(", ", " (", ")")));
        }
        return line.toString();
    }
}
