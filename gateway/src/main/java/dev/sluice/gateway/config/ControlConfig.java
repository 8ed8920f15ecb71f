package dev.sluice.gateway.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The control port.
 *
 * <p>Threading: immutable.
 *
 * @param enabled whether there is one
 * @param host address to listen on; a loopback address where there is no token
 * @param port in [0, 65535]; 0 = any free one
 * @param token what callers must show as a bearer token; empty = nothing
 */
public record ControlConfig(boolean enabled, String host, int port, Optional<Secret> token) {
    /** Environment variable with the token. */
    public static final String TOKEN_VARIABLE = "SLUICE_CONTROL_TOKEN";

    static final int TOKEN_LENGTH_MIN = 16;

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

    public ControlConfig {
        Range.require("control.port", port, 0, 65_535);
        if (enabled && token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("control.host must be a loopback address without a token, got " + host);
        }
    }

    /** Whether only this machine can reach that address; names other than {@code localhost} are not looked up. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
