package dev.sluice.loadtest.proof.speed;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How far a median may be off, found by drawing from the values again and again with replacement (percentile bootstrap).
 *
 * <p>Threading: stateless; equal arguments give equal bounds.
 *
 * @see "B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979"
 */
final class Bootstrap {
    private static final int DRAWS = 10_000;

    private Bootstrap() {}

    /**
     * The bound that the median of the values' population exceeds with a probability of about 5 %.
     *
     * @param values at least one
     */
    static double medianUpperBound95(double[] values, long seed) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a bootstrap needs at least one value, got none");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] medians = new double[DRAWS];
        double[] drawn = new double[values.length];
        for (int i = 0; i < DRAWS; i++) {
            for (int j = 0; j < drawn.length; j++) {
                drawn[j] = values[random.nextInt(values.length)];
            }
            medians[i] = Quartiles.median(drawn);
        }
        Arrays.sort(medians);
        return Quartiles.quantile(medians, 0.95);
    }
}
