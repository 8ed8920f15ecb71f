package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a prediction request says: everything but its body.
 *
 * <p>Threading: immutable.
 *
 * @param path as sent
 * @param operation INFER or PREDICT
 * @param model what it asks for
 * @param coding how the body is compressed
 * @param timeoutMillis the time limit that the client asks for; 0 = none
 * @param jsonLength {@code Inference-Header-Content-Length} as sent; null when there was none
 * @param traceparent as sent; null when there was none
 * @param key what the request belongs to in its client's eyes; null when it does not say
 */
record InferHead(
        String path,
        Endpoint.Operation operation,
        ModelRef model,
        ContentCoding coding,
        int timeoutMillis,
        @Nullable String jsonLength,
        @Nullable String traceparent,
        @Nullable String key) {
    static final String JSON_LENGTH_HEADER = "inference-header-content-length";
    static final String TIMEOUT_HEADER = "sluice-timeout-ms";

    /**
     * Reads the head of a request.
     *
     * @throws InferenceException with UNSUPPORTED_MEDIA_TYPE or INVALID_INPUT
     */
    static InferHead of(HttpExchange exchange, Endpoint endpoint) {
        HttpServerRequest request = exchange.request();
        ContentCoding coding = contentCoding(exchange);
        requireMediaType(request.getHeader("content-type"));
        return new InferHead(
                exchange.path(),
                endpoint.operation(),
                new ModelRef(endpoint.model(), VersionSelector.parse(endpoint.version())),
                coding,
                timeoutMillis(request.getHeader(TIMEOUT_HEADER)),
                request.getHeader(JSON_LENGTH_HEADER),
                request.getHeader(TraceContext.HEADER),
                request.getHeader(Exchange.KEY_HEADER));
    }

    private static ContentCoding contentCoding(HttpExchange exchange) {
        try {
            return ContentCoding.of(exchange.request().getHeader("content-encoding"));
        } catch (InferenceException e) {
            exchange.header("accept-encoding", ContentCoding.ACCEPTED);
            throw e;
        }
    }

    /** JSON and binary tensors; the default type of curl's -d goes as JSON, because everybody forgets to set it. */
    private static void requireMediaType(@Nullable String header) {
        if (header == null) {
            return;
        }
        int semicolon = header.indexOf(';');
        String type =
                (semicolon < 0 ? header : header.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
        boolean taken = type.isEmpty()
                || type.equals(Exchange.JSON)
                || type.equals(Exchange.BINARY)
                || type.equals("application/x-www-form-urlencoded")
                || (type.startsWith("application/") && type.endsWith("+json"));
        if (!taken) {
            throw new InferenceException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json, or application/octet-stream for binary tensors, got '"
                            + Quoted.of(header) + "'");
        }
    }

    private static int timeoutMillis(@Nullable String header) {
        if (header == null) {
            return 0;
        }
        long asked;
        try {
            asked = Long.parseLong(header.trim());
        } catch (NumberFormatException e) {
            asked = 0;
        }
        if (asked < 1 || asked > Integer.MAX_VALUE) {
            throw InferenceException.invalidInput(
                    "header " + TIMEOUT_HEADER + " must be a whole number of milliseconds between 1 and "
                            + Integer.MAX_VALUE + ", got '" + Quoted.of(header) + "'");
        }
        return (int) asked;
    }
}
