package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * A request (or the loading of a version) failed for a reason that has an {@link ErrorCode}.
 *
 * <p>The message is written for the client. Expected codes carry no stack trace.
 *
 * <p>Threading: immutable.
 */
public final class InferenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final int retryAfterSeconds;

    public InferenceException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public InferenceException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, 0);
    }

    private InferenceException(ErrorCode code, String message, @Nullable Throwable cause, int retryAfterSeconds) {
        super(message, cause, false, !code.isExpected());
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** An {@link ErrorCode#INVALID_INPUT} with this message. */
    public static InferenceException invalidInput(String message) {
        return new InferenceException(ErrorCode.INVALID_INPUT, message);
    }

    /**
     * A {@link ErrorCode#MODEL_NOT_READY} whose end is known.
     *
     * @param retryAfterSeconds when asking again makes sense, 1 or greater
     */
    public static InferenceException notReady(String message, int retryAfterSeconds) {
        return new InferenceException(ErrorCode.MODEL_NOT_READY, message, null, retryAfterSeconds);
    }

    public ErrorCode code() {
        return code;
    }

    /** When asking again makes sense; 0 = not known, the front's own rule holds. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The client's message; never null. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code.name() : message;
    }
}
