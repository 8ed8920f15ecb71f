package dev.sluice.loadtest;

import dev.sluice.loadtest.report.LineChart;
import dev.sluice.loadtest.report.LineChart.Across;
import dev.sluice.loadtest.report.LineChart.Line;
import dev.sluice.loadtest.report.LineChart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The charts of a report.
 *
 * <p>Threading: stateless.
 */
final class ResultCharts {
    private static final int POINTS_MAX = 480;

    private ResultCharts() {}

    static LineChart latency(LoadResult result) {
        return overTime(
                "Latency of each second",
                "ms",
                true,
                result.series(),
                List.of(
                        new Curve("p50", sample -> sample.latency().p50Nanos() / 1e6),
                        new Curve("p99", sample -> sample.latency().p99Nanos() / 1e6),
                        new Curve("max", sample -> sample.latency().maxNanos() / 1e6)));
    }

    static LineChart throughput(LoadResult result) {
        return overTime(
                "Requests of each second",
                "per second",
                false,
                result.series(),
                List.of(
                        new Curve("sent", sample -> sample.sent() / sample.seconds()),
                        new Curve("answered", SecondSample::okPerSecond)));
    }

    static LineChart errors(LoadResult result) {
        return overTime(
                "Failed in each second, and without an answer at its end",
                "requests",
                false,
                result.series(),
                List.of(
                        new Curve("in flight", sample -> sample.outstanding()),
                        new Curve("failed", sample -> sample.failed())));
    }

    static LineChart percentiles(LoadResult result) {
        List<Line> lines = new ArrayList<>();
        lines.add(curve("all", result.total().latency()));
        if (result.targets().size() > 1) {
            result.targets().stream().limit(5).forEach(target -> lines.add(curve(target.name(), target.latency())));
        }
        double highest = 90;
        for (LatencyDistribution.Point point : result.total().latency().curve()) {
            if (point.percentile() < 100) {
                highest = Math.max(highest, Math.min(99.999, point.percentile()));
            }
        }
        return new LineChart("Latency by percentile", "ms", true, Across.percentiles(highest), lines);
    }

    /** The highest value lies at 100 %, which has no place on the axis; the last point before it has. */
    private static Line curve(String label, LatencyDistribution latency) {
        List<Point> points = new ArrayList<>();
        for (LatencyDistribution.Point point : latency.curve()) {
            if (point.percentile() < 100) {
                points.add(new Point(Across.percentileX(point.percentile()), point.nanos() / 1e6));
            }
        }
        return new Line(label, points);
    }

    /** Rates in the order they were tried, and which of them met the goals. */
    static LineChart search(SearchResult search) {
        List<Point> tried = new ArrayList<>();
        List<Point> met = new ArrayList<>();
        List<Point> missed = new ArrayList<>();
        List<Point> open = new ArrayList<>();
        for (SearchStep step : search.steps()) {
            Point point = new Point(step.number(), step.perSecond());
            tried.add(point);
            switch (step.verdict()) {
                case OK -> met.add(point);
                case GOAL_MISSED -> missed.add(point);
                case NOT_MEASURED, USAGE -> open.add(point);
            }
        }
        List<Double> ticks = tried.stream().map(Point::x).toList();
        return new LineChart(
                "Rates tried",
                "per second",
                true,
                new Across("step", 0.5, tried.size() + 0.5, ticks, x -> Long.toString(Math.round(x))),
                List.of(
                        new Line("tried", tried),
                        new Line("met the goals", met, false),
                        new Line("not measured", open, false),
                        new Line("missed", missed, false)));
    }

    private record Curve(String label, ToDoubleFunction<SecondSample> value) {}

    /** With more seconds than a chart has room for, each point is the highest of several seconds. */
    private static LineChart overTime(
            String title, String unit, boolean logarithmic, List<SecondSample> series, List<Curve> curves) {
        int group = Math.max(1, (series.size() + POINTS_MAX - 1) / POINTS_MAX);
        List<Line> lines = new ArrayList<>();
        for (Curve curve : curves) {
            List<Point> points = new ArrayList<>();
            for (int from = 0; from < series.size(); from += group) {
                List<SecondSample> part = series.subList(from, Math.min(series.size(), from + group));
                double highest = part.stream().mapToDouble(curve.value()).max().orElse(0);
                boolean answered =
                        part.stream().anyMatch(sample -> sample.latency().count() > 0);
                if (!logarithmic || answered) {
                    points.add(new Point(part.get(part.size() - 1).second() + 1.0, highest));
                }
            }
            lines.add(new Line(curve.label(), points));
        }
        String suffix = group == 1 ? "" : " (highest of each " + group + " seconds)";
        return new LineChart(title + suffix, unit, logarithmic, Across.seconds(series.size()), lines);
    }
}
