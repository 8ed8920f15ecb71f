package dev.sluice.loadtest.report;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * Curves over one horizontal axis, as an SVG element for an {@link HtmlPage}, whose style sheet it takes its colours
 * from.
 *
 * <p>Threading: immutable.
 *
 * @param title above the chart
 * @param unit of the vertical axis
 * @param logarithmic whether the vertical axis is; else it begins at 0
 * @param across the horizontal axis
 * @param lines at most six
 */
public record LineChart(String title, String unit, boolean logarithmic, Across across, List<Line> lines) {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 300;
    private static final int LEFT = 88;
    private static final int RIGHT = 30;
    private static final int TOP = 40;
    private static final int BOTTOM = 46;
    private static final int LINE_COUNT_MAX = 6;
    private static final int DOTS_MAX = 40;

    /** A point of a curve. */
    public record Point(double x, double y) {}

    /**
     * A named curve.
     *
     * @param points from left to right, may be none
     * @param joined whether a line runs through them
     */
    public record Line(String label, List<Point> points, boolean joined) {
        public Line {
            points = List.copyOf(points);
        }

        /** Points with a line through them. */
        public Line(String label, List<Point> points) {
            this(label, points, true);
        }
    }

    /**
     * The horizontal axis.
     *
     * @param label with its unit
     * @param min value at its left end, in the points' own terms
     * @param max value at its right end
     * @param ticks values that get a mark; empty for round numbers
     * @param text how a mark is written
     */
    public record Across(String label, double min, double max, List<Double> ticks, DoubleFunction<String> text) {
        public Across {
            ticks = List.copyOf(ticks);
        }

        /** Seconds from 0 on. */
        public static Across seconds(double max) {
            return new Across("seconds", 0, Math.max(1, max), List.of(), LineChart::number);
        }

        /**
         * Percentiles, in points whose x is {@link #percentileX}: equal widths from 0 to 90, 90 to 99, 99 to 99.9 %.
         *
         * @param highest the last percentile, below 100
         */
        public static Across percentiles(double highest) {
            List<Double> ticks = new ArrayList<>();
            for (double tick : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999}) {
                if (tick <= highest + 1e-9) {
                    ticks.add(percentileX(tick));
                }
            }
            return new Across(
                    "percentile",
                    0,
                    Math.max(1, percentileX(highest)),
                    ticks,
                    x -> number(100 - 100 * Math.pow(10, -x)) + " %");
        }

        /** Where a percentile lies: 0 at 0 %, 1 at 90 %, 2 at 99 %; 100 % is taken as 99.999 %. */
        public static double percentileX(double percentile) {
            return -Math.log10(Math.max(1e-5, 1 - percentile / 100));
        }
    }

    public LineChart {
        lines = List.copyOf(lines);
        if (lines.size() > LINE_COUNT_MAX) {
            throw new IllegalArgumentException("a chart must have at most 6 lines, got " + lines.size());
        }
    }

    /** The element. */
    public String toSvg() {
        Scale x = Scale.linear(across.min(), across.max());
        Scale y = verticalScale();
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                HEIGHT,
                Markup.escape(title + ", " + unit));
        append(svg, "<text class=\"title\" x=\"%d\" y=\"18\">%s</text>%n", LEFT, Markup.escape(title));
        append(svg, "<text class=\"axis\" x=\"%d\" y=\"%d\">%s</text>%n", 10, TOP - 16, Markup.escape(unit));
        grid(svg, x, y);
        legend(svg);
        for (int i = 0; i < lines.size(); i++) {
            curve(svg, lines.get(i), i, x, y);
        }
        return svg.append("</svg>\n").toString();
    }

    private Scale verticalScale() {
        double highest = extreme(Point::y, 0, true);
        return logarithmic ? Scale.logarithmic(extreme(Point::y, highest, false), highest) : Scale.linear(highest);
    }

    private double extreme(ToDoubleFunction<Point> value, double otherwise, boolean highest) {
        var values = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(value)
                .filter(each -> !logarithmic || each > 0);
        return (highest ? values.max() : values.min()).orElse(otherwise);
    }

    private void grid(StringBuilder svg, Scale x, Scale y) {
        for (double tick : y.ticks()) {
            double height = down(y.share(tick));
            append(
                    svg,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    height,
                    height);
            append(
                    svg,
                    "<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT - 8,
                    height + 4,
                    number(tick));
        }
        for (double tick : across.ticks().isEmpty() ? x.ticks() : across.ticks()) {
            double along = along(x.share(tick));
            append(
                    svg,
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>%n",
                    along,
                    along,
                    TOP,
                    HEIGHT - BOTTOM);
            append(
                    svg,
                    "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    along,
                    HEIGHT - BOTTOM + 18,
                    Markup.escape(across.text().apply(tick)));
        }
        append(
                svg,
                "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                along(0.5),
                HEIGHT - 8,
                Markup.escape(across.label()));
    }

    private void legend(StringBuilder svg) {
        int right = WIDTH - RIGHT;
        for (int i = lines.size() - 1; i >= 0; i--) {
            String label = lines.get(i).label();
            right -= 8 * label.length() + 34;
            append(
                    svg,
                    "<line class=\"line c%d\" x1=\"%d\" x2=\"%d\" y1=\"14\" y2=\"14\"/>"
                            + "<text class=\"axis\" x=\"%d\" y=\"18\">%s</text>%n",
                    i,
                    right,
                    right + 20,
                    right + 26,
                    Markup.escape(label));
        }
    }

    private static void curve(StringBuilder svg, Line line, int index, Scale x, Scale y) {
        if (line.points().isEmpty()) {
            return;
        }
        if (line.joined()) {
            append(svg, "<polyline class=\"line c%d\" points=\"", index);
            for (Point point : line.points()) {
                append(svg, "%.1f,%.1f ", along(x.share(point.x())), down(y.share(point.y())));
            }
            svg.append("\"/>\n");
        }
        if (!line.joined() || line.points().size() <= DOTS_MAX) {
            for (Point point : line.points()) {
                append(
                        svg,
                        "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>%s: %s</title></circle>%n",
                        index,
                        along(x.share(point.x())),
                        down(y.share(point.y())),
                        line.joined() ? "2.5" : "5",
                        Markup.escape(line.label()),
                        number(point.y()));
            }
        }
    }

    private static double along(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double down(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    /** At most three digits behind the point, and no zeros that say nothing. */
    static String number(double value) {
        if (value != 0 && Math.abs(value) < 0.0005) {
            return String.format(Locale.ROOT, "%.1g", value);
        }
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    @FormatMethod
    private static void append(StringBuilder svg, @FormatString String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
