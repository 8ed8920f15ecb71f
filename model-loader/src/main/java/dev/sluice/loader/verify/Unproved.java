package dev.sluice.loader.verify;

/**
 * Ends a proof that leads nowhere.
 *
 * <p>Threading: immutable. Without a stack trace: it is an answer.
 */
final class Unproved extends Exception {
    private static final long serialVersionUID = 1;

    private final transient BatchLevel level;

    /** Could not be found out. */
    Unproved(String reason) {
        this(BatchLevel.NOT_PROVED, reason);
    }

    Unproved(BatchLevel level, String reason) {
        super(reason, null, false, false);
        this.level = level;
    }

    BatchLevel level() {
        return level;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
