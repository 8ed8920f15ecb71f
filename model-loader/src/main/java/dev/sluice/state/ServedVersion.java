package dev.sluice.state;

import java.time.Instant;

/**
 * A version that requests went to by default.
 *
 * <p>Threading: immutable.
 *
 * @param version 1 or greater
 * @param since when it began, in whole milliseconds
 */
public record ServedVersion(long version, Instant since) {}
