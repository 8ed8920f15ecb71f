package dev.sluice.loader.tuning;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs of a version cost by their number of rows.
 *
 * <p>Threading: immutable.
 *
 * @param points ascending in rows, beginning with 1; empty when nothing could be measured
 * @param isCut true when larger runs would have been measured, had there been time and memory
 * @param isCpuTime true when costs are CPU time of the running thread; else elapsed time
 * @param cellsPerRow length of the rows that were measured, see {@link dev.sluice.loader.verify.ProbeRows#cellsPerRow}
 * @param comparableRowBytes rows with more bytes of inputs than these may cost more than this curve says
 * @param reason why it is empty; empty when it is not
 */
public record CostCurve(
        List<Point> points,
        boolean isCut,
        boolean isCpuTime,
        long cellsPerRow,
        long comparableRowBytes,
        String reason) {
    /** A doubling that gains less than this part of the throughput is not worth its wait. */
    static final double GAIN_MIN = 0.05;

    /**
     * A run.
     *
     * @param rows rows of the run, 1 or greater
     * @param runNanos what the cheapest run of this size took, 1 or greater
     */
    public record Point(int rows, long runNanos) {
        public Point {
            if (rows < 1 || runNanos < 1) {
                throw new IllegalArgumentException(
                        "rows and nanoseconds must be 1 or greater, got " + rows + " and " + runNanos);
            }
        }

        public double rowsPerSecond() {
            return rows * 1e9 / runNanos;
        }

        public double nanosPerRow() {
            return (double) runNanos / rows;
        }
    }

    public CostCurve {
        points = List.copyOf(points);
        int before = 0;
        for (Point point : points) {
            if (point.rows() <= before || (before == 0 && point.rows() != 1)) {
                throw new IllegalArgumentException("rows must ascend from 1, got " + points);
            }
            before = point.rows();
        }
        if (points.isEmpty() == reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "a curve has either points or a reason, got " + points + " and " + reason);
        }
    }

    /** Nothing could be measured. */
    static CostCurve unknown(String reason) {
        return new CostCurve(List.of(), false, false, 1, 0, reason);
    }

    public boolean isKnown() {
        return !points.isEmpty();
    }

    /**
     * The largest number of rows that is worth waiting for: the last one before a doubling gains less than 5 % rows per
     * second. Smaller batches than the knee have fewer rows per second. 0 when nothing is known.
     *
     * <p>A doubling that gains nothing does not count while the next one makes up for it: kernels change with the size, and so
     * one step of a curve that goes on rising may be flat.
     */
    public int knee() {
        return isKnown() ? points.get(kneeIndex(points)).rows() : 0;
    }

    /** Most rows that were measured; 0 when nothing is known. */
    int rowsMax() {
        return isKnown() ? points.get(points.size() - 1).rows() : 0;
    }

    /** Index of the knee among points that are not empty. */
    static int kneeIndex(List<Point> points) {
        int knee = 0;
        while (knee + 1 < points.size()) {
            if (gains(points, knee, knee + 1, 1 + GAIN_MIN)) {
                knee++;
            } else if (knee + 2 < points.size() && gains(points, knee, knee + 2, (1 + GAIN_MIN) * (1 + GAIN_MIN))) {
                knee += 2;
            } else {
                break;
            }
        }
        return knee;
    }

    private static boolean gains(List<Point> points, int from, int to, double factor) {
        return points.get(to).rowsPerSecond() >= points.get(from).rowsPerSecond() * factor;
    }

    /** The largest measured run that costs at most so much; null when even one row costs more, or nothing is known. */
    @Nullable Point largestWithin(long runNanosMax) {
        Point largest = null;
        for (Point point : points) {
            if (point.runNanos() <= runNanosMax) {
                largest = point;
            }
        }
        return largest;
    }

    /**
     * What a run of so many rows costs: between two measured sizes on the line between them, beyond the largest in proportion
     * to its rows. Only for a curve that is known.
     */
    public long runNanos(int rows) {
        Point below = points.get(0);
        for (Point point : points) {
            if (point.rows() >= rows) {
                double part = point.rows() == below.rows()
                        ? 0
                        : (double) (rows - below.rows()) / (point.rows() - below.rows());
                return Math.round(below.runNanos() + part * (point.runNanos() - below.runNanos()));
            }
            below = point;
        }
        return Math.round(below.nanosPerRow() * rows);
    }

    /** Rows per second in runs of so many rows, as {@link #runNanos} has it. */
    double rowsPerSecond(int rows) {
        return rows * 1e9 / runNanos(rows);
    }
}
