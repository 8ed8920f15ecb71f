package dev.sluice.loadtest;

/**
 * A run that would say nothing: the target is missing, not ready, not the one that was meant, or refuses the request.
 *
 * <p>Threading: immutable; carries no stack trace, its message is for the operator.
 */
public final class CannotMeasureException extends Exception {
    public CannotMeasureException(String message) {
        super(message, null, false, false);
    }
}
