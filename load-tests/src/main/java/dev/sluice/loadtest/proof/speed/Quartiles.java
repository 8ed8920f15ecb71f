package dev.sluice.loadtest.proof.speed;

import java.util.Arrays;
import java.util.List;

/**
 * The middle half of some values: quantiles by linear interpolation between the sorted values.
 *
 * <p>Threading: immutable.
 *
 * @see "R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, 1996, definition 7"
 */
record Quartiles(double lower, double median, double upper) {

    /** @param values at least one */
    static Quartiles of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("quartiles need at least one value, got none");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Quartiles(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return quantile(sorted, 0.5);
    }

    /**
     * The value below which the share {@code share} of the values lies.
     *
     * @param sorted ascending, at least one
     * @param share in [0, 1]
     */
    static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
