package dev.sluice.loadtest.proof;

import java.util.Arrays;

/**
 * Theil-Sen estimator: the median of the slopes between all pairs of points. Up to 29 % of the points may be arbitrary
 * outliers without carrying the estimate away.
 *
 * <p>Threading: stateless. Quadratic in the number of points.
 *
 * @see "P. K. Sen, Journal of the American Statistical Association 63, 1968"
 */
final class TheilSen {
    private TheilSen() {}

    /**
     * Change of {@code y} per unit of {@code x}; 0 for fewer than two points.
     *
     * @param x strictly increasing, at most 1,000 points
     * @param y as many values
     */
    static double slope(double[] x, double[] y) {
        if (x.length != y.length || x.length > 1_000) {
            throw new IllegalArgumentException(
                    "x and y must have the same length of at most 1000, got " + x.length + " and " + y.length);
        }
        if (x.length < 2) {
            return 0;
        }
        double[] slopes = new double[x.length * (x.length - 1) / 2];
        int count = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
            }
        }
        return median(slopes);
    }

    /** The middle value, or the mean of the two middle ones; there must be at least one. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
