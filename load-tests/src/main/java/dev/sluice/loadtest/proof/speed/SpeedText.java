package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a run: for the terminal, and in Markdown.
 *
 * <p>Threading: stateless.
 */
final class SpeedText {
    private SpeedText() {}

    /** For the terminal, without a line break after the last line. */
    static String table(SpeedResult result) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add(String.format(
                Locale.ROOT, "%-4s %-82s %10s %8s %17s  %s", "goal", "", "bar", "median", "quartiles", "verdict"));
        for (GoalResult goal : result.goals()) {
            lines.add(row(goal));
            if (!goal.note().isEmpty()) {
                lines.add("       " + goal.note());
            }
        }
        List<String> figures = figures(result.samples(), "%-16s %-12s %11s %12s %12s %10s %10s");
        if (figures.size() > 1) {
            lines.add("");
            figures.forEach(lines::add);
        }
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "speed: %s (%d rounds of %d s, light requests by %s, took %d s)",
                result.words(),
                result.plan().rounds(),
                result.plan().span().toSeconds(),
                result.loadBy(),
                result.took().toSeconds()));
        if (result.isMachineBusy()) {
            lines.add(CannotMeasureException.MACHINE_BUSY);
        }
        return lines.toString();
    }

    private static String row(GoalResult result) {
        return String.format(
                Locale.ROOT,
                "%-4s %-82s %10s %8s %17s  %s",
                result.goal().id(),
                result.goal().text(),
                result.goal().bar().text(),
                judged(result),
                quartiles(result),
                result.verdict().words());
    }

    /** For {@code docs/benchmarks.md}, with a line break after the last line. */
    static String markdown(SpeedResult result) {
        StringBuilder text =
                new StringBuilder("| | goal | bar | median | quartiles | verdict |\n|---|---|---|---|---|---|\n");
        for (GoalResult goal : result.goals()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s%s |%n",
                    goal.goal().id(),
                    goal.goal().text(),
                    goal.goal().bar().text(),
                    judged(goal),
                    quartiles(goal),
                    goal.verdict().words(),
                    goal.note().isEmpty() ? "" : ": " + goal.note().replace("|", "\\|")));
        }
        List<String> figures = figures(result.samples(), "| %s | %s | %s | %s | %s | %s | %s |");
        text.append('\n').append(figures.get(0)).append("\n|---|---|---|---|---|---|---|\n");
        figures.subList(1, figures.size()).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String judged(GoalResult result) {
        Double judged = result.judged();
        return judged == null ? "–" : Bar.number(judged);
    }

    private static String quartiles(GoalResult result) {
        Quartiles quartiles = result.quartiles();
        return quartiles == null ? "–" : Bar.number(quartiles.lower()) + " – " + Bar.number(quartiles.upper());
    }

    /** A heading and one line for each kind of work, system and number of connections: medians over the rounds. */
    private static List<String> figures(List<Sample> samples, String form) {
        Map<List<String>, List<Figures>> cells = new LinkedHashMap<>();
        for (Sample sample : samples) {
            List<String> key = List.of(sample.work(), sample.system(), Integer.toString(sample.connections()));
            cells.computeIfAbsent(key, ignored -> new ArrayList<>()).add(sample.figures());
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(form, "work", "system", "connections", "per second", "CPU µs each", "p50 µs", "p99 µs"));
        cells.forEach((key, figures) -> lines.add(line(
                form,
                key.get(0),
                key.get(1),
                key.get(2),
                median(figures, Figures::okPerSecond),
                median(figures, Figures::cpuMicrosPerRequest),
                median(figures, Figures::p50Micros),
                median(figures, Figures::p99Micros))));
        return lines;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the form is one of two constants above
    private static String line(String form, String... cells) {
        return String.format(Locale.ROOT, form, (Object[]) cells).stripTrailing();
    }

    private static String median(List<Figures> figures, ToDoubleFunction<Figures> value) {
        double median = Quartiles.median(figures.stream().mapToDouble(value).toArray());
        return Double.isNaN(median) ? "–" : Bar.number(median);
    }

    /** For reports: the value, or null when there is none. */
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
