package dev.sluice.canary.inputlog;

/**
 * A record cannot be written in a sink's form; it is dropped and counted, and the next ones are not touched.
 *
 * <p>Threading: immutable.
 */
public final class UnwritableRecordException extends Exception {
    private static final long serialVersionUID = 1;

    public UnwritableRecordException(String message) {
        super(message, null, false, false);
    }
}
