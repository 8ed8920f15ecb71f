package dev.sluice.loader.transform.image;

import dev.sluice.model.ErrorCode;

/**
 * An image that is not read, and why; the reader knows nothing of rows and requests.
 *
 * <p>Threading: immutable.
 */
final class BadImageException extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /**
     * @param rule what it breaks, as the end of a sentence about it
     */
    BadImageException(ErrorCode code, String rule) {
        super(rule, null, false, false);
        this.code = code;
    }

    static BadImageException broken(String rule) {
        return new BadImageException(ErrorCode.INVALID_INPUT, rule);
    }

    ErrorCode code() {
        return code;
    }
}
