package dev.sluice.gateway.http;

import dev.sluice.gateway.http.Endpoint.Operation;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import io.vertx.core.http.HttpMethod;

/**
 * Sends each request of the data port to its handler.
 *
 * <p>Threading: thread-safe; called on event loops.
 */
final class DataPort {
    private final InferHandler infer;
    private final MetadataHandler metadata;
    private final FeedbackHandler feedback;

    DataPort(InferHandler infer, MetadataHandler metadata, FeedbackHandler feedback) {
        this.feedback = feedback;
        this.infer = infer;
        this.metadata = metadata;
    }

    InferHandler infer() {
        return infer;
    }

    void handle(HttpExchange exchange, BodyDeadlines deadlines, KnownHeadPort port) {
        try {
            dispatch(exchange, deadlines, port);
        } catch (Throwable e) {
            exchange.failUnexpectedly(e);
        }
    }

    private void dispatch(HttpExchange exchange, BodyDeadlines deadlines, KnownHeadPort port) {
        String path = exchange.path();
        Endpoint endpoint = Endpoint.parse(path);
        if (endpoint == null) {
            throw new InferenceException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "nothing lives at '" + Quoted.of(path) + "'; GET /v2 and GET /v2/models are places to start");
        }
        Operation operation = endpoint.operation();
        if (operation == Operation.NOT_OFFERED) {
            throw new InferenceException(
                    ErrorCode.UNIMPLEMENTED,
                    "'" + Quoted.of(path)
                            + "' is an extension that this server does not offer; GET /v2 lists those it does");
        }
        requireMethod(exchange, operation);
        if (operation == Operation.INFER || operation == Operation.PREDICT) {
            infer.handle(exchange, endpoint, deadlines, port);
        } else if (operation == Operation.FEEDBACK) {
            feedback.handle(exchange, endpoint, deadlines);
        } else {
            metadata.handle(exchange, endpoint, deadlines);
        }
    }

    private static void requireMethod(HttpExchange exchange, Operation operation) {
        HttpMethod method = exchange.request().method();
        boolean get = HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
        boolean readable = operation.method().equals("GET") || operation == Operation.FEEDBACK;
        if (!method.name().equals(operation.method()) && !(get && readable)) {
            String allowed =
                    operation == Operation.FEEDBACK ? "GET, HEAD, POST" : readable ? "GET, HEAD" : operation.method();
            exchange.header("allow", allowed);
            throw new InferenceException(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "this path takes " + operation.method() + ", got " + Quoted.of(method.name()));
        }
    }
}
