package dev.sluice.gateway.control;

import java.util.OptionalLong;

/**
 * A return to the version that served before.
 *
 * <p>Threading: immutable.
 *
 * @param model the model
 * @param from the version that requests went to by default, or would have gone to if it had been able to serve; empty = none
 * @param to the version that they go to now
 * @param immediate true when that one was resident; false when it had to be loaded first
 */
public record Rollback(String model, OptionalLong from, long to, boolean immediate) {}
