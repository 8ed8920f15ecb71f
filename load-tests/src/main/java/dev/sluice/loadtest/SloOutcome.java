package dev.sluice.loadtest;

import org.jspecify.annotations.Nullable;

/**
 * How a run did on one goal.
 *
 * <p>Threading: immutable.
 *
 * @param target name of the target it is about, or null for all
 * @param goal for example {@code p99 <= 50.00 ms}
 * @param actual for example {@code 12.31 ms}
 * @param certain whether a miss is the server's: the generator's own delays and omissions are too small to explain it
 */
public record SloOutcome(@Nullable String target, String goal, String actual, boolean met, boolean certain) {
    /** The goal with its target in front, when it has one. */
    public String words() {
        return target == null ? goal : target + ": " + goal;
    }
}
