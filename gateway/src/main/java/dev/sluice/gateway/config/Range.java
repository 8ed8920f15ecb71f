package dev.sluice.gateway.config;

/**
 * The range check of the configuration's records.
 *
 * <p>Threading: stateless.
 */
final class Range {
    private Range() {}

    static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be between " + min + " and " + max + ", got " + value);
        }
    }
}
