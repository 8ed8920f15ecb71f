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
    /** Never sent: the generator was late by a whole timeout, or connections and backlog were full. */
    UNSENT(-4, "unsent");

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
