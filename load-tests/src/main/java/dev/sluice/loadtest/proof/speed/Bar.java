package dev.sluice.loadtest.proof.speed;

import com.google.errorprone.annotations.Immutable;
import java.util.Locale;

/**
 * The value that a goal must reach.
 *
 * <p>Threading: immutable.
 *
 * @param upper true when lower values are better and the limit is the highest that passes
 * @param limit the last value that passes
 * @param unit of the value, empty for a ratio
 */
@Immutable
record Bar(boolean upper, double limit, String unit) {

    static Bar atMost(double limit, String unit) {
        return new Bar(true, limit, unit);
    }

    static Bar atLeast(double limit, String unit) {
        return new Bar(false, limit, unit);
    }

    boolean isMetBy(double value) {
        return upper ? value <= limit : value >= limit;
    }

    /** For example {@code <= 40 µs}, with the sign as one character. */
    String text() {
        return (upper ? "≤ " : "≥ ") + number(limit) + (unit.isEmpty() ? "" : " " + unit);
    }

    /** The value with three significant digits or so, without its unit. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && size < 0.001) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        if (size >= 1000 || (size >= 10 && value == Math.rint(value))) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size == 0 ? "%.0f" : "%.2f", value);
    }
}
