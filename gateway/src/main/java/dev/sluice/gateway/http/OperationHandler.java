package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.control.LabelChange;
import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.ModelOperations;
import dev.sluice.gateway.control.Rollback;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Operations on models over HTTP: the repository index, load, unload, reload, labels and rollback.
 *
 * <p>Threading: thread-safe; called on event loops, which it never blocks.
 *
 * @see "Triton, extension_model_repository: index, load, unload"
 */
final class OperationHandler {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final ModelOperations operations;
    private final ModelCatalog catalog;
    private final HeapBudget bodies;
    private final String port;

    /**
     * @param port which port this is, for the audit
     */
    OperationHandler(ModelOperations operations, ModelCatalog catalog, HeapBudget bodies, String port) {
        this.operations = operations;
        this.catalog = catalog;
        this.bodies = bodies;
        this.port = port;
    }

    void handle(HttpExchange exchange, BodyDeadlines deadlines, ControlEndpoint endpoint) {
        BodyReader.read(exchange, deadlines, bodies, BODY_BYTES_MAX, InferRequest.NO_DEADLINE, body -> {
            try {
                requireJson(exchange.request(), body);
                answer(exchange, endpoint, ControlBody.parse(body));
            } catch (Throwable e) {
                exchange.failUnexpectedly(e);
            } finally {
                body.release();
            }
        });
    }

    /** Also what {@code curl -d} says when it is told nothing; Triton's own client says nothing either. */
    private static void requireJson(HttpServerRequest request, ReceivedBody body) {
        String type = request.getHeader("content-type");
        if (body.length() == 0 || type == null) {
            return;
        }
        String media = type.toLowerCase(Locale.ROOT);
        boolean json = media.startsWith("application/json")
                || media.startsWith("application/x-www-form-urlencoded")
                || media.startsWith("application/octet-stream");
        if (!json) {
            throw new InferenceException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json, got " + Quoted.of(type));
        }
    }

    private void answer(HttpExchange exchange, ControlEndpoint endpoint, ControlBody body) {
        String actor = actor(exchange.request());
        String model = endpoint.model();
        switch (endpoint.operation()) {
            case MODEL_LIST -> send(exchange, catalog.list());
            case INDEX -> send(exchange, catalog.index(body.readyOnly()));
            case LABELS -> send(exchange, labels(model));
            case LOAD ->
                reply(exchange, operations.load(actor, model, body.parameterVersion()), done -> catalog.entry(model));
            case UNLOAD ->
                reply(exchange, operations.unload(actor, model, body.parameterVersion()), done -> catalog.entry(model));
            case RELOAD -> reply(exchange, operations.reload(actor, model), done -> catalog.entry(model));
            case LABEL ->
                reply(
                        exchange,
                        operations.label(actor, model, endpoint.label(), body.requiredVersion()),
                        OperationHandler::change);
            case UNLABEL ->
                reply(exchange, operations.removeLabel(actor, model, endpoint.label()), OperationHandler::change);
            case ROLLBACK -> reply(exchange, operations.rollback(actor, model), OperationHandler::rollback);
        }
    }

    /** Who asks, as far as that can be known: through which port, and from where. */
    private String actor(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return port + " " + (remote == null ? "?" : remote.hostAddress());
    }

    private static <T> void reply(HttpExchange exchange, CompletionStage<T> answer, Function<T, JsonNode> json) {
        answer.whenComplete((result, failure) -> exchange.loop().execute(() -> {
            try {
                if (failure == null) {
                    send(exchange, json.apply(result));
                } else {
                    exchange.failUnexpectedly(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                }
            } catch (Throwable e) {
                exchange.failUnexpectedly(e);
            }
        }));
    }

    private ObjectNode labels(String model) {
        catalog.entry(model); // must be known
        ObjectNode node = JSON.objectNode().put("model", model);
        ObjectNode labels = node.putObject("labels");
        operations
                .saved(model)
                .labels()
                .forEach((name, label) -> labels.putObject(name)
                        .put("version", Long.toString(label.version()))
                        .put("set_at", label.setAt().toString()));
        return node;
    }

    private static ObjectNode change(LabelChange change) {
        ObjectNode node = JSON.objectNode().put("model", change.model()).put("label", change.label());
        version(node, "from", change.from());
        version(node, "to", change.to());
        return node;
    }

    private static ObjectNode rollback(Rollback rollback) {
        ObjectNode node = JSON.objectNode().put("model", rollback.model());
        version(node, "from", rollback.from());
        node.put("to", Long.toString(rollback.to()));
        return node.put("immediate", rollback.immediate());
    }

    private static void version(ObjectNode node, String name, OptionalLong version) {
        if (version.isPresent()) {
            node.put(name, Long.toString(version.getAsLong()));
        } else {
            node.putNull(name);
        }
    }

    static void send(HttpExchange exchange, JsonNode node) {
        try {
            exchange.sendJson(200, MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new InferenceException(ErrorCode.BUG, "internal error", e);
        }
    }
}
