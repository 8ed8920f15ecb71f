package dev.sluice.state;

import java.time.Instant;

/**
 * Which version a label stands for.
 *
 * <p>Threading: immutable.
 *
 * @param version 1 or greater
 * @param setAt when it was moved there, in whole milliseconds
 */
public record SavedLabel(long version, Instant setAt) {}
