package dev.sluice.loader.repository;

/**
 * A text is not protobuf's text format.
 *
 * <p>Threading: immutable.
 */
final class ProtoTextException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;

    ProtoTextException(int line, String message) {
        super(message, null, false, false);
        this.line = line;
    }

    /** 1-based. */
    int line() {
        return line;
    }
}
