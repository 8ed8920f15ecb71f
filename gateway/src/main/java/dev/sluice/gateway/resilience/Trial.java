package dev.sluice.gateway.resilience;

/**
 * The permit of one request to try a version whose breaker is half open.
 *
 * <p>Threading: immutable.
 *
 * @param breaker who gave it
 * @param period how often the breaker had been half open then; a permit of an earlier time counts for nothing
 */
record Trial(VersionBreaker breaker, int period) {}
