package dev.sluice.loader.repository;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What values of one feature may be. Numbers are kept as they were written: they are rounded to the feature's datatype where
 * values are compared with them, as the values themselves were.
 *
 * <p>Threading: immutable.
 *
 * @param min smallest value; empty = no bound
 * @param max largest value, at least {@code min}; empty = no bound
 * @param values the only values, as they are written; empty = any, at most {@value #VALUES_MAX}
 * @param missing whether a value may be missing; empty = nothing is said, and missing values are only counted
 * @param integer whether numbers must be whole
 */
public record FeatureDomain(
        Optional<BigDecimal> min,
        Optional<BigDecimal> max,
        List<String> values,
        Optional<Boolean> missing,
        boolean integer) {
    /** Most values of one feature. */
    public static final int VALUES_MAX = 10_000;

    /** Nothing is known. */
    public static final FeatureDomain ANY =
            new FeatureDomain(Optional.empty(), Optional.empty(), List.of(), Optional.empty(), false);

    /** Bounded, so that nobody makes a number of a million digits. */
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[0-9]{1,40}(?:\\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?");

    public FeatureDomain {
        values = List.copyOf(values);
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
            throw new IllegalArgumentException(
                    "min must be at most max " + text(max.get()) + ", got " + text(min.get()));
        }
        if (values.size() > VALUES_MAX) {
            throw new IllegalArgumentException(
                    "values must have at most " + VALUES_MAX + " elements, got " + values.size());
        }
    }

    /**
     * A finite number as JSON and YAML write it.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static BigDecimal number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("no number: '" + text + "'");
        }
        return new BigDecimal(text);
    }

    /** A number for people: without an exponent where it stays short. */
    public static String text(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return Math.abs(stripped.scale()) <= 12 ? stripped.toPlainString() : stripped.toString();
    }

    /** Whether anything is said. */
    public boolean isAny() {
        return equals(ANY);
    }

    /** Whether it says that the feature varies: a range that is more than a point, or more than one value. */
    public boolean varies() {
        boolean range = min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) < 0;
        return range || values.size() > 1;
    }
}
