package dev.sluice.loadtest;

/**
 * How a run did on one goal.
 *
 * <p>Threading: immutable.
 *
 * @param goal for example {@code p99 <= 50.00 ms}
 * @param actual for example {@code 12.31 ms}
 */
public record SloOutcome(String goal, String actual, boolean met) {}
