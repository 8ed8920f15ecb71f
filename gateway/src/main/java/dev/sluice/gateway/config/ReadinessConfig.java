package dev.sluice.gateway.config;

/**
 * When the process says that it is ready.
 *
 * <p>Threading: immutable.
 *
 * @param strict true: when every model of the repository has a ready version; false: when every model has a ready version or
 *     has failed for good
 */
public record ReadinessConfig(boolean strict) {}
