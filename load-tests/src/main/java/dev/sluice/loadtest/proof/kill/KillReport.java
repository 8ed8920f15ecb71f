package dev.sluice.loadtest.proof.kill;

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
 * The evidence of {@code prove kill-publish}: {@code kills.csv}, and what the table says.
 *
 * <p>Threading: stateless.
 */
final class KillReport {
    private static final int SHOWN_MAX = 5;

    private KillReport() {}

    static void write(List<Kill> kills, Path folder) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of(
                        "kill,victim,once_visible,after_ms,version,acknowledged,visible,leftovers,expected,served_ms,complaints"));
        for (Kill kill : kills) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%d,%s,%b,%.1f,%d,%b,%b,%d,%d,%s,\"%s\"",
                    kill.number(),
                    kill.moment().victim().words(),
                    kill.moment().onceVisible(),
                    kill.moment().afterNanos() / 1e6,
                    kill.publishing(),
                    kill.acknowledged(),
                    kill.visible(),
                    kill.leftovers(),
                    kill.expected(),
                    kill.servedNanos() < 0 ? "" : String.format(Locale.ROOT, "%.1f", kill.servedNanos() / 1e6),
                    String.join("; ", kill.complaints()).replace('"', '\'')));
        }
        Files.write(folder.resolve("kills.csv"), lines);
    }

    /**
     * Refuted by the first thing that was wrong.
     *
     * @param last what was wrong with the publish after all kills
     */
    static ProofVerdict judge(List<Kill> kills, List<String> last) {
        List<String> failed = new ArrayList<>();
        for (Kill kill : kills) {
            kill.complaints().forEach(complaint -> failed.add("kill " + kill.number() + ": " + complaint));
        }
        last.forEach(complaint -> failed.add("after all kills: " + complaint));
        if (failed.size() <= SHOWN_MAX) {
            return ProofVerdict.of(failed, List.of(), false);
        }
        List<String> shown = new ArrayList<>(failed.subList(0, SHOWN_MAX));
        shown.add("and " + (failed.size() - SHOWN_MAX) + " more, see kills.csv");
        return ProofVerdict.of(shown, List.of(), false);
    }

    static ProofOutcome outcome(List<Kill> kills, List<String> last) {
        List<String> lines = new ArrayList<>();
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("kills", kills.size());
        StringBuilder victims = new StringBuilder();
        for (Victim victim : Victim.values()) {
            long count = kills.stream()
                    .filter(kill -> kill.moment().victim() == victim)
                    .count();
            figures.put("killed_" + victim.words(), count);
            victims.append(victims.isEmpty() ? "" : ", ")
                    .append(victim.words())
                    .append(' ')
                    .append(count);
        }
        long swaps = kills.stream().filter(kill -> kill.moment().onceVisible()).count();
        figures.put("once_visible", swaps);
        long published = kills.stream().filter(Kill::visible).count();
        long leftovers = kills.stream().filter(kill -> kill.leftovers() > 0).count();
        figures.put("published", published).put("with_leftovers", leftovers);
        lines.add(kills.size() + " kills (" + victims + "), " + swaps
                + " of them just after the version became visible; it was" + " published all the same " + published
                + " times, half of it was left in hiding " + leftovers + " times");
        List<Long> starts = kills.stream()
                .filter(kill -> kill.moment().victim().server() && kill.servedNanos() >= 0)
                .map(Kill::servedNanos)
                .sorted()
                .toList();
        if (!starts.isEmpty()) {
            figures.put("start_to_answer_nanos_p50", Ranks.quantile(starts, 0.5))
                    .put("start_to_answer_nanos_max", starts.get(starts.size() - 1));
            lines.add(String.format(
                    Locale.ROOT,
                    "from a start to the answer of the last complete version: p50 %.0f, max %.0f ms",
                    Ranks.quantile(starts, 0.5) / 1e6,
                    starts.get(starts.size() - 1) / 1e6));
        }
        return new ProofOutcome("kill-publish", judge(kills, last), lines, figures);
    }
}
