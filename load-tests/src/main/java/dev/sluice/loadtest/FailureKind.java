package dev.sluice.loadtest;

/**
 * Why a request got no HTTP status.
 *
 * <p>Threading: immutable.
 */
enum FailureKind {
    /** No connection could be opened. */
    CONNECT(-1, "connect"),
    /** No complete answer within the timeout, counted from the intended send time. */
    TIMEOUT(-2, "timeout"),
    /** The connection broke before the answer was complete. */
    RESET(-3, "reset"),
    /** Never sent: the generator was late by a whole timeout, had no socket left, or the backlog was full. */
    UNSENT(-4, "unsent"),
    /** Answered with success, but not by the model that was asked, or without outputs. */
    CONTENT(-5, "content"),
    /** It waited for a free connection until its time was up, or for so long that less than half of its time was left. */
    UNCONNECTED(-6, "unconnected");

    private final int code;
    private final String label;

    FailureKind(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** The outcome number: negative, so that it differs from every HTTP status. */
    int code() {
        return code;
    }

    /** The key of this kind in reports. */
    String label() {
        return label;
    }
}
