package dev.sluice.canary.inputlog.redaction;

import dev.sluice.model.ErrorCode;

/**
 * What a record says of a failure when it must not say what the client was told, which may quote values.
 *
 * <p>Threading: stateless.
 */
final class FailureText {
    private FailureText() {}

    /** The same for every failure of that code. */
    static String of(ErrorCode code) {
        return switch (code) {
            case INVALID_INPUT -> "the request does not fit the model";
            case PAYLOAD_TOO_LARGE -> "the request is larger than a limit";
            case UNSUPPORTED_MEDIA_TYPE -> "the body's type or coding is not spoken here";
            case METHOD_NOT_ALLOWED -> "the path does not take this method";
            case HEADERS_TOO_LARGE -> "the headers are larger than their limit";
            case MODEL_NOT_FOUND -> "there is no such model, version or label";
            case MODEL_NOT_READY -> "the version is not ready";
            case LOAD_FAILED -> "the version cannot be loaded";
            case QUOTA_EXCEEDED -> "the client is over its limit";
            case OVERLOADED -> "a queue, a memory bound or the number of requests is at its limit";
            case DEADLINE_EXCEEDED -> "the deadline has passed";
            case CANCELLED -> "the client has gone";
            case CONFLICT -> "it contradicts what is so";
            case UNAUTHENTICATED -> "the client has not shown who it is";
            case PERMISSION_DENIED -> "the client may not do this";
            case UNIMPLEMENTED -> "the request asks for something that is not offered";
            case MODEL_FAILED -> "the model failed while running";
            case DEVICE_OUT_OF_MEMORY -> "the device had no memory for this run";
            case BUG -> "the server failed unexpectedly";
        };
    }
}
