package dev.sluice.loadtest;

import org.jspecify.annotations.Nullable;

/**
 * What must be true of an answer that a run gets, where the caller knows more than the protocol says.
 *
 * <p>Threading: called on the generator's event loops; quick, and never blocks.
 */
@FunctionalInterface
public interface AnswerRule {
    /** Every answer will do. */
    AnswerRule ANY = json -> null;

    /** What is wrong with the body of a successful answer, or null. */
    @Nullable String complaint(byte[] json);
}
