package dev.sluice.loadtest.proof.speed;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.List;
import java.util.Locale;

/**
 * The rounds of each goal as dots on one line, in multiples of its bar, as a stand-alone SVG file.
 *
 * <p>Threading: stateless.
 */
final class DotPlot {
    private static final int WIDTH = 1180;
    private static final int LEFT = 560;
    private static final int RIGHT = 130;
    private static final int TOP = 50;
    private static final int ROW = 26;
    /** What lies beyond is drawn at the edge. */
    private static final double MULTIPLES_MAX = 2;

    private DotPlot() {}

    static String render(List<GoalResult> results) {
        List<GoalResult> shown = results.stream()
                .filter(result ->
                        result.quartiles() != null && result.goal().bar().limit() > 0)
                .toList();
        int height = TOP + ROW * shown.size() + 20;
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                WIDTH,
                height);
        append(
                svg,
                "<text x=\"%d\" y=\"18\" font-weight=\"bold\">rounds in multiples of the goal's bar; the tick is the"
                        + " median</text>%n",
                LEFT);
        for (int i = 0; i <= 4; i++) {
            double multiple = i * MULTIPLES_MAX / 4;
            append(
                    svg,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>%n",
                    x(multiple),
                    x(multiple),
                    TOP - 8,
                    height - 16,
                    i == 2 ? "#57606a" : "#d8dee4");
            append(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x(multiple),
                    TOP - 14,
                    Bar.number(multiple));
        }
        for (int i = 0; i < shown.size(); i++) {
            row(svg, shown.get(i), TOP + 12 + i * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void row(StringBuilder svg, GoalResult result, int y) {
        double limit = result.goal().bar().limit();
        String colour = switch (result.verdict()) {
            case MET -> "#1a7f37";
            case MISSED -> "#d1242f";
            case NOT_MEASURED, MACHINE_BUSY, ELSEWHERE, NOT_JUDGED -> "#57606a";
        };
        append(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s %s</text>%n",
                LEFT - 12,
                y + 4,
                result.goal().id(),
                result.goal().text());
        for (double value : result.rounds()) {
            append(
                    svg,
                    "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\" fill-opacity=\"0.4\"/>%n",
                    x(value / limit),
                    y,
                    colour);
        }
        Quartiles quartiles = result.quartiles();
        if (quartiles != null) {
            double middle = x(quartiles.median() / limit);
            append(
                    svg,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2.5\"/>%n",
                    middle,
                    middle,
                    y - 9,
                    y + 9,
                    colour);
            append(
                    svg,
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s (%s)</text>%n",
                    WIDTH - RIGHT + 14,
                    y + 4,
                    colour,
                    Bar.number(quartiles.median()),
                    result.goal().bar().text());
        }
    }

    private static double x(double multiple) {
        double share = Math.max(0, Math.min(multiple, MULTIPLES_MAX)) / MULTIPLES_MAX;
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    @FormatMethod
    private static void append(StringBuilder svg, @FormatString String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
