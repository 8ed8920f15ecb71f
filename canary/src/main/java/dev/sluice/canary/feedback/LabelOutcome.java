package dev.sluice.canary.feedback;

/**
 * What became of a label; each has exactly one.
 *
 * <p>Threading: immutable.
 */
public enum LabelOutcome {
    /** The first of its row, in time. */
    JOINED("joined"),
    /** The first of its row, joined as well, but it came late. */
    LATE("late"),
    /** The row has this very label already. */
    DUPLICATE("duplicate"),
    /** The row had another label; the one with the newest time stays. */
    CORRECTED("corrected"),
    /** No such prediction is known: never made, not remembered, or forgotten. */
    ORPHAN("orphan"),
    /** The prediction is another model's. */
    WRONG_MODEL("wrong_model");

    private final String word;

    LabelOutcome(String word) {
        this.word = word;
    }

    /** As it is written in answers and metrics. */
    public String word() {
        return word;
    }
}
