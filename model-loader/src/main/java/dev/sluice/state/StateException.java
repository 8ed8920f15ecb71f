package dev.sluice.state;

/**
 * The state cannot be read or written; the message is one line for operators.
 *
 * <p>Threading: immutable.
 */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What that means for a start. */
    public enum Kind {
        /** There is no place for it: read-only, full, or without SQLite's library. */
        UNAVAILABLE,
        /** Another process has it. */
        IN_USE,
        /** Something is there that must not be touched: damaged, of a newer schema, or somebody else's. */
        UNREADABLE
    }

    private final Kind kind;

    public StateException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StateException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
