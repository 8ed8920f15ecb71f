package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * Where something failed, without what it said: the text of an exception may quote values of a request. Its message is the class of
 * the original, its stack the original's, and so for every cause.
 *
 * <p>Threading: immutable.
 */
public final class WordlessFailure extends Exception {
    private static final long serialVersionUID = 1;

    private static final int CAUSES_MAX = 16;

    private WordlessFailure(Throwable original, @Nullable Throwable cause) {
        super(original.getClass().getName(), cause, false, true);
        setStackTrace(original.getStackTrace());
    }

    /** The same failure without its words; causes beyond the sixteenth, which a cycle has, are left out. */
    public static WordlessFailure of(Throwable failure) {
        return of(failure, CAUSES_MAX);
    }

    private static WordlessFailure of(Throwable failure, int causesMax) {
        Throwable cause = failure.getCause();
        return new WordlessFailure(failure, cause == null || causesMax == 0 ? null : of(cause, causesMax - 1));
    }
}
