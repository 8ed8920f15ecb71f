package dev.sluice.canary.monitor.validation;

/**
 * What may be wrong with a value. A value is of one kind at most, the first that holds in this order; rows in a constant run
 * are counted beside that.
 *
 * <p>Threading: immutable.
 */
public enum ValidationKind {
    /** NaN, or an empty text. */
    MISSING(0, "missing"),
    /** An infinity. */
    NOT_FINITE(1, "not_finite"),
    /** Below the smallest or above the largest value. */
    OUT_OF_RANGE(2, "out_of_range"),
    /** None of the values that there are. */
    NOT_IN_DOMAIN(3, "not_in_domain"),
    /** A fraction where numbers must be whole. */
    NOT_INTEGER(4, "not_integer"),
    /** The same value as in very many rows before. */
    CONSTANT_RUN(5, "constant_run");

    /** How many there are. */
    static final int COUNT = 6;

    private static final ValidationKind[] BY_INDEX = values();

    private final int index;
    private final String word;

    ValidationKind(int index, String word) {
        this.index = index;
        this.word = word;
    }

    /** Place among all, from 0 on. */
    int index() {
        return index;
    }

    static ValidationKind at(int index) {
        return BY_INDEX[index];
    }

    /** As it is written in flags and metrics. */
    public String word() {
        return word;
    }
}
