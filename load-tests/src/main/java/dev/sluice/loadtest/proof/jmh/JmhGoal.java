package dev.sluice.loadtest.proof.jmh;

import java.util.Locale;

/**
 * One goal and what was measured.
 *
 * <p>Threading: immutable.
 *
 * @param what in words, with the unit
 * @param measured value
 * @param limit highest value that meets it
 */
record JmhGoal(String what, double measured, double limit) {
    boolean met() {
        return measured <= limit;
    }

    String line() {
        return String.format(Locale.ROOT, "%-66s %9.2f  ≤ %7.2f  %s", what, measured, limit, met() ? "met" : "MISSED");
    }
}
