package dev.sluice.gateway.http;

import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;

/**
 * Sends each request of the control port to what answers it.
 *
 * <p>Threading: thread-safe; called on an event loop; never blocks.
 */
final class ControlHandler {
    private final ControlAccess access;
    private final ModelCatalog catalog;
    private final OperationHandler operations;

    ControlHandler(ControlAccess access, ModelCatalog catalog, OperationHandler operations) {
        this.access = access;
        this.catalog = catalog;
        this.operations = operations;
    }

    void handle(HttpExchange exchange, BodyDeadlines deadlines) {
        try {
            access.require(exchange);
            ControlEndpoint endpoint = endpoint(exchange);
            if (endpoint.operation() == ControlEndpoint.Operation.MODEL_LIST) {
                OperationHandler.send(exchange, catalog.list());
            } else {
                operations.handle(exchange, deadlines, endpoint);
            }
        } catch (Throwable e) {
            exchange.failUnexpectedly(e);
        }
    }

    private static ControlEndpoint endpoint(HttpExchange exchange) {
        String path = exchange.path();
        ControlEndpoint found = ControlEndpoint.parse(path);
        if (found == null) {
            throw new InferenceException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "nothing lives at '" + Quoted.of(path)
                            + "' on the control port; GET /v2/models is a place to start, predictions are on the data port");
        }
        String method = exchange.method();
        ControlEndpoint endpoint = found.with(method);
        if (endpoint == null) {
            exchange.header("allow", found.allowed());
            throw new InferenceException(
                    ErrorCode.METHOD_NOT_ALLOWED, "this path takes " + found.allowed() + ", got " + Quoted.of(method));
        }
        return endpoint;
    }
}
