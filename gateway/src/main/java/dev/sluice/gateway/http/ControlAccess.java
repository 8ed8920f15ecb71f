package dev.sluice.gateway.http;

import dev.sluice.gateway.config.ControlConfig;
import dev.sluice.gateway.config.Secret;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may use the control port.
 *
 * <p>With a token: whoever shows it. Without one the port is on a loopback address, and the danger left is a web page in a browser
 * on this machine: a request that a page of another origin makes is refused by its {@code Origin}, and one of a page whose own name
 * was pointed at this machine (DNS rebinding) by its {@code Host}.
 *
 * <p>Threading: immutable.
 */
final class ControlAccess {
    private static final String BEARER = "bearer ";

    private final String host;
    private final Optional<Secret> token;

    ControlAccess(ControlPortOptions options) {
        this.host = options.host();
        this.token = options.token();
    }

    /**
     * Lets a request pass.
     *
     * @throws InferenceException with UNAUTHENTICATED or PERMISSION_DENIED when it must not
     */
    void require(HttpExchange exchange) {
        HttpServerRequest request = exchange.request();
        requireOwnOrigin(request);
        if (token.isPresent()) {
            requireToken(exchange, token.get());
        } else {
            requireOwnHost(request);
        }
    }

    private static void requireOwnOrigin(HttpServerRequest request) {
        String origin = request.getHeader("origin");
        if (origin == null) {
            return;
        }
        HostAndPort authority = request.authority();
        String own = authority == null ? "" : authority.toString();
        if (!origin.equalsIgnoreCase("http://" + own) && !origin.equalsIgnoreCase("https://" + own)) {
            throw new InferenceException(
                    ErrorCode.PERMISSION_DENIED,
                    "the control port takes no requests from web pages, got one of " + Quoted.of(origin));
        }
    }

    private static void requireToken(HttpExchange exchange, Secret token) {
        String shown = exchange.request().getHeader("authorization");
        if (shown == null
                || !shown.toLowerCase(Locale.ROOT).startsWith(BEARER)
                || !token.is(shown.substring(BEARER.length()).trim())) {
            exchange.header("www-authenticate", "Bearer");
            throw new InferenceException(
                    ErrorCode.UNAUTHENTICATED,
                    "the control port needs the token of " + ControlConfig.TOKEN_VARIABLE
                            + ": Authorization: Bearer TOKEN");
        }
    }

    private void requireOwnHost(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        String asked = authority == null ? "" : authority.host();
        if (!ControlConfig.isLoopback(asked) && !asked.equalsIgnoreCase(host)) {
            throw new InferenceException(
                    ErrorCode.PERMISSION_DENIED,
                    "the control port is asked by the name of this machine's loopback address, such as localhost, got host '"
                            + Quoted.of(asked) + "'");
        }
    }
}
