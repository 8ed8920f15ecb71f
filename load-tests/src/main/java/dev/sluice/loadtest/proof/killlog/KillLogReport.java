package dev.sluice.loadtest.proof.killlog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.Ranks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The evidence of {@code prove kill-log}: {@code kills.csv}, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class KillLogReport {
    private static final int SHOWN_MAX = 5;

    private KillLogReport() {}

    static void write(List<LogKill> kills, Path folder) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("kill,after_ms,received,logged,readable,files,interrupted,closed_ms,complaints"));
        for (LogKill kill : kills) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%d,%.1f,%d,%d,%d,%d,%b,%s,\"%s\"",
                    kill.number(),
                    kill.afterNanos() / 1e6,
                    kill.said().received(),
                    kill.said().logged(),
                    kill.readable(),
                    kill.segments(),
                    kill.interrupted(),
                    kill.recoveredNanos() < 0 ? "" : String.format(Locale.ROOT, "%.1f", kill.recoveredNanos() / 1e6),
                    String.join("; ", kill.complaints()).replace('"', '\'')));
        }
        Files.write(folder.resolve("kills.csv"), lines);
    }

    /**
     * Refuted by the first thing that was wrong; nothing is shown where hardly anything was logged before the kills.
     *
     * @param last what was wrong with the server that was asked to end
     */
    static ProofVerdict judge(List<LogKill> kills, List<String> last) {
        List<String> failed = new ArrayList<>();
        for (LogKill kill : kills) {
            kill.complaints().forEach(complaint -> failed.add("kill " + kill.number() + ": " + complaint));
        }
        last.forEach(complaint -> failed.add("after all kills: " + complaint));
        if (failed.size() > SHOWN_MAX) {
            List<String> shown = new ArrayList<>(failed.subList(0, SHOWN_MAX));
            shown.add("and " + (failed.size() - SHOWN_MAX) + " more, see kills.csv");
            return ProofVerdict.of(shown, List.of(), false);
        }
        long logged = kills.stream().filter(kill -> kill.said().logged() > 0).count();
        List<String> missing = 2 * logged < kills.size()
                ? List.of("before half of the kills something must have been logged, got " + logged + " of "
                        + kills.size())
                : List.of();
        return ProofVerdict.of(failed, missing, false);
    }

    /** @param records different ones in all files */
    static ProofOutcome outcome(List<LogKill> kills, List<String> last, int records) {
        long said = kills.stream().mapToLong(kill -> kill.said().logged()).sum();
        long readable = kills.stream().mapToLong(LogKill::readable).sum();
        long interrupted = kills.stream().filter(LogKill::interrupted).count();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("kills", kills.size())
                .put("said_logged", said)
                .put("readable", readable)
                .put("interrupted_windows", interrupted)
                .put("records", records);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d kills: %d records were said to be logged, %d are readable; %d windows were interrupted",
                kills.size(),
                said,
                readable,
                interrupted));
        List<Long> closed = kills.stream()
                .map(LogKill::recoveredNanos)
                .filter(nanos -> nanos >= 0)
                .sorted()
                .toList();
        if (!closed.isEmpty()) {
            figures.put("closed_nanos_p50", Ranks.quantile(closed, 0.5))
                    .put("closed_nanos_max", closed.get(closed.size() - 1));
            lines.add(String.format(
                    Locale.ROOT,
                    "from the first request to the next server until the files were closed: p50 %.0f, max %.0f ms",
                    Ranks.quantile(closed, 0.5) / 1e6,
                    closed.get(closed.size() - 1) / 1e6));
        }
        lines.add(records + " different records in all files");
        return new ProofOutcome("kill-log", judge(kills, last), lines, figures);
    }
}
