package dev.sluice.gateway.config;

/**
 * The metrics port.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether there is one
 * @param host address to listen on
 * @param port in [0, 65535]; 0 = any free one
 */
public record MetricsConfig(boolean enabled, String host, int port) {
    public MetricsConfig {
        Range.require("metrics.port", port, 0, 65_535);
    }
}
