package dev.sluice.loadtest;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * All latencies of a group of requests, in nanoseconds; each value is right to 0.1 %.
 *
 * <p>Threading: immutable.
 */
public final class LatencyDistribution {
    /** A point of the curve: {@code percentile} % of the values are at most {@code nanos}. */
    public record Point(double percentile, long nanos) {}

    /* Half the distance to 100 % is divided into that many steps, again and again, until one value is left. */
    private static final int CURVE_STEPS_PER_HALF = 8;

    private final Histogram histogram;

    private LatencyDistribution(Histogram histogram) {
        this.histogram = histogram;
    }

    /** What the histogram holds now. */
    static LatencyDistribution of(Histogram histogram) {
        return new LatencyDistribution(histogram.copy());
    }

    /** How many values there are. */
    public long count() {
        return histogram.getTotalCount();
    }

    /**
     * The value that {@code percentile} percent of all values do not exceed; 0 when there are none.
     *
     * @param percentile in [0, 100]; 100 is the highest value
     */
    public long nanosAt(double percentile) {
        return count() == 0 ? 0 : histogram.medianEquivalentValue(histogram.getValueAtPercentile(percentile));
    }

    /** The usual percentiles. */
    public LatencySummary summary() {
        return new LatencySummary(
                count(),
                count() == 0 ? 0 : histogram.getMean(),
                nanosAt(50),
                nanosAt(90),
                nanosAt(95),
                nanosAt(99),
                nanosAt(99.9),
                nanosAt(100));
    }

    /** The curve from the lowest value to the highest, denser towards 100 %. */
    public List<Point> curve() {
        List<Point> points = new ArrayList<>();
        if (count() > 0) {
            for (HistogramIterationValue value : histogram.percentiles(CURVE_STEPS_PER_HALF)) {
                points.add(new Point(
                        value.getPercentileLevelIteratedTo(),
                        histogram.medianEquivalentValue(value.getValueIteratedTo())));
            }
        }
        return List.copyOf(points);
    }
}
