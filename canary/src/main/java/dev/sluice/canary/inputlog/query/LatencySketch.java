package dev.sluice.canary.inputlog.query;

import java.util.Map;
import java.util.TreeMap;

/**
 * Weighted times in buckets that grow by {@value #GROWTH}: quantiles are off by 1 % at most.
 *
 * <p>Bound: 4,400 buckets hold every positive {@code long}.
 *
 * <p>Threading: confined to one thread.
 */
final class LatencySketch {
    private static final double GROWTH = 1.01;
    private static final double LOG_GROWTH = Math.log(GROWTH);

    private final TreeMap<Integer, Double> buckets = new TreeMap<>();
    private double weights;
    private long max;

    /**
     * Adds a time.
     *
     * @param weight above 0
     */
    void add(long nanos, double weight) {
        int bucket = nanos <= 1 ? 0 : (int) Math.floor(Math.log((double) nanos) / LOG_GROWTH) + 1;
        buckets.merge(bucket, weight, Double::sum);
        weights += weight;
        max = Math.max(max, nanos);
    }

    /** The largest. */
    long max() {
        return max;
    }

    /**
     * The time that this part of the weights does not exceed.
     *
     * @param share in [0, 1]
     * @return 0 without any
     */
    long quantile(double share) {
        double below = 0;
        for (Map.Entry<Integer, Double> bucket : buckets.entrySet()) {
            below += bucket.getValue();
            if (below >= share * weights) {
                return bucket.getKey() == 0
                        ? 0
                        : Math.min(max, Math.round(Math.exp((bucket.getKey() - 0.5) * LOG_GROWTH)));
            }
        }
        return max;
    }
}
