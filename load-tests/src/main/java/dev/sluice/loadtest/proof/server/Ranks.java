package dev.sluice.loadtest.proof.server;

import java.util.List;

/**
 * Values of a sorted list by their rank.
 *
 * <p>Threading: stateless.
 */
public final class Ranks {
    private Ranks() {}

    /**
     * The least value that at least this share of the values does not exceed (nearest rank).
     *
     * @param sorted ascending, at least one
     * @param share in (0, 1]
     */
    public static <T> T quantile(List<T> sorted, double share) {
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("a quantile needs at least one value, got none");
        }
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /**
     * The middle of the values: of two in the middle their mean.
     *
     * @param sorted ascending, at least one
     */
    public static double median(List<Double> sorted) {
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("a median needs at least one value, got none");
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
