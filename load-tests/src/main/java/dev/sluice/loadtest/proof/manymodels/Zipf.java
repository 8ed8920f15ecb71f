package dev.sluice.loadtest.proof.manymodels;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Zipf's distribution over ranks: the k-th is drawn with a probability that is proportional to k to the power of minus an exponent.
 *
 * <p>Threading: immutable.
 *
 * @see "G. K. Zipf, Human Behavior and the Principle of Least Effort, 1949"
 */
final class Zipf {
    private final double[] upTo;

    /**
     * @param count of ranks, 1 or greater
     * @param exponent 0 or greater; 0 = all alike
     */
    Zipf(int count, double exponent) {
        if (count < 1) {
            throw new IllegalArgumentException("there must be a rank to draw, got " + count);
        }
        if (!(exponent >= 0)) {
            throw new IllegalArgumentException("the exponent must be 0 or greater, got " + exponent);
        }
        upTo = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.pow(i + 1.0, -exponent);
            upTo[i] = sum;
        }
    }

    /** The share of the draws that get a rank, from 0. */
    double share(int rank) {
        return (upTo[rank] - (rank == 0 ? 0 : upTo[rank - 1])) / upTo[upTo.length - 1];
    }

    /** A rank, from 0. */
    int draw(RandomGenerator random) {
        int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
    }
}
