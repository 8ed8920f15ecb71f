package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.nio.charset.StandardCharsets;

/**
 * The one table from {@link ErrorCode} to HTTP status, and the one body of an error.
 *
 * <p>Threading: stateless.
 */
final class HttpErrors {
    /** Seconds after which a client may try again when something is full or not ready, and nobody knows better. */
    static final int RETRY_AFTER_SECONDS = 1;

    private HttpErrors() {}

    /** The status of each code. 499 is never sent: nobody is left to read it. */
    static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_INPUT, LOAD_FAILED -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case MODEL_NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case CONFLICT -> 409;
            case PAYLOAD_TOO_LARGE -> 413;
            case UNSUPPORTED_MEDIA_TYPE -> 415;
            case QUOTA_EXCEEDED -> 429;
            case HEADERS_TOO_LARGE -> 431;
            case CANCELLED -> 499;
            case MODEL_FAILED, BUG -> 500;
            case UNIMPLEMENTED -> 501;
            case MODEL_NOT_READY, OVERLOADED, DEVICE_OUT_OF_MEMORY -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }

    /** True when the client is told when to come back. */
    static boolean retryLater(ErrorCode code) {
        return switch (code) {
            case MODEL_NOT_READY, OVERLOADED, QUOTA_EXCEEDED, DEVICE_OUT_OF_MEMORY -> true;
            case INVALID_INPUT,
                    UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    MODEL_NOT_FOUND,
                    LOAD_FAILED,
                    METHOD_NOT_ALLOWED,
                    CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    HEADERS_TOO_LARGE,
                    CANCELLED,
                    MODEL_FAILED,
                    BUG,
                    UNIMPLEMENTED,
                    DEADLINE_EXCEEDED -> false;
        };
    }

    /** {@code {"error": …, "code": …, "request_id": …}} in UTF-8. */
    static byte[] body(InferenceException failure, String requestId) {
        StringBuilder json = new StringBuilder(128);
        json.append("{\"error\":\"");
        JsonStringEncoder.getInstance().quoteAsString(failure.getMessage(), json);
        json.append("\",\"code\":\"").append(failure.code().name()).append("\",\"request_id\":\"");
        JsonStringEncoder.getInstance().quoteAsString(requestId, json);
        return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
