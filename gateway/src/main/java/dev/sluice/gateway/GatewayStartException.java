package dev.sluice.gateway;

/**
 * The gateway cannot start; the message is one line for operators.
 *
 * <p>Threading: immutable.
 */
public final class GatewayStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GatewayStartException(String message, Throwable cause) {
        super(message, cause);
    }

    public GatewayStartException(String message) {
        super(message);
    }
}
