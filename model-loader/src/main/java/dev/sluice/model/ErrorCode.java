package dev.sluice.model;

/**
 * Every way in which a request can fail; each protocol front maps all of them in one table.
 *
 * <p>Threading: immutable.
 *
 * @see "docs/errors.md"
 */
public enum ErrorCode {
    /** Malformed, or a name, dtype or shape that does not fit; the message names the tensor, the expected and the actual. */
    INVALID_INPUT(true),
    /** Larger than a configured limit; the message has both numbers in bytes. */
    PAYLOAD_TOO_LARGE(true),
    /** A Content-Type or Content-Encoding that is not spoken here. */
    UNSUPPORTED_MEDIA_TYPE(true),
    METHOD_NOT_ALLOWED(true),
    HEADERS_TOO_LARGE(true),
    /** No such path, model, version or label; the message lists what is available. */
    MODEL_NOT_FOUND(true),
    /** Known, but loading, draining or failed; the message says which and why. */
    MODEL_NOT_READY(true),
    /** A version that was asked to be loaded cannot be; the message names the step and why. */
    LOAD_FAILED(true),
    /** A client's own limit. */
    QUOTA_EXCEEDED(true),
    /** A queue, a memory bound or the adaptive limit is full. */
    OVERLOADED(true),
    /** The message says where the time went: queued or ran. */
    DEADLINE_EXCEEDED(true),
    /** The client has gone. */
    CANCELLED(true),
    /** It contradicts what is so, or an administrative operation that is running; the message says what. */
    CONFLICT(true),
    UNAUTHENTICATED(true),
    PERMISSION_DENIED(true),
    UNIMPLEMENTED(true),
    /** The runtime threw while it ran the model; its text is logged, not sent. */
    MODEL_FAILED(false),
    /** The device had no memory for this run. */
    DEVICE_OUT_OF_MEMORY(false),
    /** Anything that should not have happened; the body carries an incident id, the log the stack. */
    BUG(false);

    private final boolean expected;

    ErrorCode(boolean expected) {
        this.expected = expected;
    }

    /** True when this is part of normal operation: no stack trace is taken and nothing is logged as an error. */
    public boolean isExpected() {
        return expected;
    }
}
