package dev.sluice.loader.repository;

/**
 * A version is not published because a rule says so; the message is one line for operators.
 *
 * <p>Threading: immutable.
 */
public final class PublishException extends Exception {
    private static final long serialVersionUID = 1;

    PublishException(String message) {
        super(message);
    }
}
