package dev.sluice.loader.verify;

import java.util.Locale;

/**
 * How sure it is that a row's answer does not depend on the rows that share its run.
 *
 * <p>Threading: immutable.
 */
public enum BatchLevel {
    /** Proved: the same bits alone and in batches. */
    EXACT(true),
    /** Proved: within the stated tolerance. */
    WITHIN_TOLERANCE(true),
    /** The operator says so; not proved. */
    DECLARED(true),
    /** Proved to be wrong: answers change with their neighbours. */
    NOT_BATCHABLE(false),
    /** Inputs or outputs do not have one row for each row of a request. */
    NO_ROWS(false),
    /** Could not be found out. */
    NOT_PROVED(false),
    /** The configuration says no. */
    OFF(false);

    private final boolean batched;

    BatchLevel(boolean batched) {
        this.batched = batched;
    }

    /** True when rows of several requests may share a run. */
    public boolean isBatched() {
        return batched;
    }

    /** In lower case with hyphens, for example {@code within-tolerance}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
