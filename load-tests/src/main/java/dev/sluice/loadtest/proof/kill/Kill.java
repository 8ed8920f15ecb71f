package dev.sluice.loadtest.proof.kill;

import java.util.List;

/**
 * One kill, and what was found after it.
 *
 * <p>Threading: immutable.
 *
 * @param number from 1
 * @param publishing the version that was being published
 * @param acknowledged whether its publisher said that it is published, before the kill or after it
 * @param visible whether its folder was there after the kill
 * @param expected the newest complete version, which must be served
 * @param servedNanos from the kill of a publisher alone, else from the next start, until the expected version answered; -1 if it
 *     did not
 * @param leftovers hidden folders that were left
 * @param complaints what was wrong
 */
record Kill(
        int number,
        KillMoment moment,
        long publishing,
        boolean acknowledged,
        boolean visible,
        long expected,
        long servedNanos,
        int leftovers,
        List<String> complaints) {
    Kill {
        complaints = List.copyOf(complaints);
    }
}
