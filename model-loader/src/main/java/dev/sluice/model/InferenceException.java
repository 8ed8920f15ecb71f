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

    public InferenceException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public InferenceException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause, false, !code.isExpected());
        this.code = code;
    }

    /** An {@link ErrorCode#INVALID_INPUT} with this message. */
    public static InferenceException invalidInput(String message) {
        return new InferenceException(ErrorCode.INVALID_INPUT, message);
    }

    public ErrorCode code() {
        return code;
    }

    /** The client's message; never null. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code.name() : message;
    }
}
