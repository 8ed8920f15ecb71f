package dev.sluice.loader.repository;

import java.util.Map;

/**
 * What is done about requests whose values lie outside what training knew.
 *
 * <p>Threading: immutable.
 *
 * @param policy what is done
 * @param features what values of single features may be, by their names; for these, what the profile says does not count
 * @param constantRun rows with one and the same value of a feature that varies, from which on that is found; 0 = never
 */
public record ValidationConfig(Policy policy, Map<String, FeatureDomain> features, int constantRun) {
    /** What is done about a value that does not fit. */
    public enum Policy {
        /** Values are not looked at. */
        OFF,
        /** It is counted. */
        COUNT,
        /** It is counted, and the request's record says so. */
        FLAG,
        /** The request is refused. */
        REJECT
    }

    /** Values are not looked at. */
    public static final ValidationConfig DEFAULT = new ValidationConfig(Policy.OFF, Map.of(), 1000);

    public ValidationConfig {
        features = Map.copyOf(features);
        if (constantRun < 0) {
            throw new IllegalArgumentException("constant run must be 0 or greater, got " + constantRun);
        }
    }
}
