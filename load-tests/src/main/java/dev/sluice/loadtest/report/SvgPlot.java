package dev.sluice.loadtest.report;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.List;
import java.util.Locale;

/**
 * Line charts over time, one panel under the other, as a stand-alone SVG file.
 *
 * <p>Threading: stateless.
 */
public final class SvgPlot {
    private static final int WIDTH = 960;
    private static final int PANEL_HEIGHT = 220;
    private static final int LEFT = 90;
    private static final int RIGHT = 20;
    private static final int TOP = 34;
    private static final int BOTTOM = 30;
    private static final List<String> COLOURS = List.of("#1f6feb", "#d1242f", "#1a7f37", "#9a6700");

    /** A named curve, one value for each point in time. */
    public record Line(String label, List<Double> values) {
        public Line {
            values = List.copyOf(values);
        }
    }

    /** Curves that share a scale, which begins at 0. */
    public record Panel(String title, List<Line> lines) {}

    private SvgPlot() {}

    /** Charts over seconds. */
    public static String render(double[] seconds, List<Panel> panels) {
        return render(seconds, " s", panels);
    }

    /**
     * Charts over anything that grows.
     *
     * @param unit behind the numbers of the horizontal axis
     */
    public static String render(double[] seconds, String unit, List<Panel> panels) {
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                WIDTH,
                PANEL_HEIGHT * panels.size());
        for (int i = 0; i < panels.size(); i++) {
            append(svg, "<g transform=\"translate(0 %d)\">%n", i * PANEL_HEIGHT);
            panel(svg, seconds, unit, panels.get(i));
            append(svg, "</g>%n");
        }
        return svg.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder svg, double[] seconds, String unit, Panel panel) {
        double highest = panel.lines().stream()
                .flatMapToDouble(line -> line.values().stream().mapToDouble(Double::doubleValue))
                .max()
                .orElse(0);
        double top = highest <= 0 ? 1 : highest * 1.05;
        double end = seconds.length == 0 ? 1 : Math.max(seconds[seconds.length - 1], 1e-9);
        append(svg, "<text x=\"%d\" y=\"18\" font-weight=\"bold\">%s</text>%n", LEFT, panel.title());
        grid(svg, top, end, unit);
        for (int i = 0; i < panel.lines().size(); i++) {
            Line line = panel.lines().get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            append(svg, "<text x=\"%d\" y=\"18\" fill=\"%s\">%s</text>%n", LEFT + 260 + i * 110, colour, line.label());
            append(svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"", colour);
            for (int p = 0; p < seconds.length; p++) {
                append(svg, "%.1f,%.1f ", x(seconds[p] / end), y(line.values().get(p) / top));
            }
            append(svg, "\"/>%n");
        }
    }

    private static void grid(StringBuilder svg, double top, double end, String unit) {
        for (int i = 0; i <= 4; i++) {
            double share = i / 4.0;
            append(
                    svg,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d8dee4\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y(share),
                    y(share));
            append(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT - 8,
                    y(share) + 4,
                    number(top * share));
            append(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s%s</text>%n",
                    x(share),
                    PANEL_HEIGHT - 10,
                    number(end * share),
                    unit);
        }
    }

    private static double x(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double share) {
        return PANEL_HEIGHT - BOTTOM - share * (PANEL_HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 || value == 0 ? "%.0f" : "%.2f", value);
    }

    @FormatMethod
    private static void append(StringBuilder svg, @FormatString String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
