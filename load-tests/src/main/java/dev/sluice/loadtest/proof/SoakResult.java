package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.LoadResult;
import java.util.List;
import java.util.Map;

/**
 * Everything a soak saw.
 *
 * <p>Threading: immutable.
 *
 * @param capacity answers per second by closed-loop connections, and under 0 the open-loop rate that was sustained and counts;
 *     empty when the rate was given
 * @param ratePerSecond planned open-loop rate
 * @param samples one a second, in order
 */
record SoakResult(
        SoakPlan plan,
        Map<Integer, Double> capacity,
        double ratePerSecond,
        LoadResult load,
        List<ServerSample> samples,
        SoakVerdict verdict) {}
