package dev.sluice.canary.monitor.validation;

/**
 * What is said of the values of features does not fit the model; the message names the key, what was expected and what is there.
 *
 * <p>Threading: immutable.
 */
public final class SchemaException extends Exception {
    private static final long serialVersionUID = 1;

    public SchemaException(String message) {
        super(message, null, false, false);
    }
}
