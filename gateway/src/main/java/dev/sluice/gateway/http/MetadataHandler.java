package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.Readiness;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import java.util.function.Supplier;

/**
 * Everything of the protocol that is not a prediction: health, metadata, configuration, statistics, the repository index.
 *
 * <p>Threading: thread-safe; called on event loops; never blocks.
 */
final class MetadataHandler {
    private final ModelCatalog catalog;
    private final InferencePipeline pipeline;
    private final Readiness readiness;
    private final OperationHandler operations;
    private final HttpFrontOptions options;
    private final ObjectMapper mapper = new ObjectMapper();

    MetadataHandler(
            ModelCatalog catalog,
            InferencePipeline pipeline,
            Readiness readiness,
            OperationHandler operations,
            HttpFrontOptions options) {
        this.operations = operations;
        this.catalog = catalog;
        this.pipeline = pipeline;
        this.readiness = readiness;
        this.options = options;
    }

    void handle(HttpExchange exchange, Endpoint endpoint, BodyDeadlines deadlines) {
        ModelRef ref = new ModelRef(endpoint.model(), VersionSelector.parse(endpoint.version()));
        switch (endpoint.operation()) {
            case LIVE -> send(exchange, JsonNodeFactory.instance.objectNode().put("live", true));
            case READY -> ready(exchange);
            case SERVER_METADATA -> send(exchange, catalog.server());
            case MODEL_LIST -> send(exchange, catalog.list());
            case MODEL_METADATA -> whenLoaded(exchange, ref, () -> catalog.metadata(ref));
            case MODEL_READY -> modelReady(exchange, ref);
            case MODEL_CONFIG -> whenLoaded(exchange, ref, () -> catalog.config(ref));
            case MODEL_STATS -> send(exchange, catalog.statistics(ref));
            case MODEL_TUNING -> whenLoaded(exchange, ref, () -> catalog.tuning(ref));
            case MODEL_OPENAPI -> whenLoaded(exchange, ref, () -> catalog.openApi(ref));
            case REPOSITORY_INDEX ->
                operations.handle(exchange, deadlines, new ControlEndpoint(ControlEndpoint.Operation.INDEX, "", ""));
            case REPOSITORY_LOAD, REPOSITORY_UNLOAD -> control(exchange, endpoint, deadlines);
            case INFER, PREDICT, FEEDBACK, NOT_OFFERED -> throw new IllegalStateException("not metadata: " + endpoint);
        }
    }

    /** Answers what only a loaded version knows; one that is loaded on demand is loaded for it. */
    private void whenLoaded(HttpExchange exchange, ModelRef ref, Supplier<JsonNode> answer) {
        if (!catalog.isDormant(ref)) {
            send(exchange, answer.get());
            return;
        }
        long deadlineNanos = options.deadlineNanos(exchange.arrivedNanos(), 0);
        InferencePipeline.Ending ending = failure -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                send(exchange, answer.get());
            } catch (Throwable e) {
                exchange.failUnexpectedly(e);
            }
        };
        pipeline.awaken(ref, exchange.predictionId(), deadlineNanos, exchange.loop(), exchange::onGone, ending);
    }

    private void ready(HttpExchange exchange) {
        boolean ready = readiness.isReady();
        send(exchange, ready ? 200 : 503, JsonNodeFactory.instance.objectNode().put("ready", ready));
    }

    private void modelReady(HttpExchange exchange, ModelRef ref) {
        boolean ready = catalog.isReady(ref);
        send(
                exchange,
                ready ? 200 : 503,
                JsonNodeFactory.instance.objectNode().put("name", ref.name()).put("ready", ready));
    }

    private void control(HttpExchange exchange, Endpoint endpoint, BodyDeadlines deadlines) {
        if (!options.repositoryControl()) {
            throw new InferenceException(
                    ErrorCode.PERMISSION_DENIED,
                    "loading and unloading is not allowed on the data port: the control port is for that (control.port);"
                            + " http.repository-control: true allows it here");
        }
        operations.handle(
                exchange,
                deadlines,
                endpoint.operation() == Endpoint.Operation.REPOSITORY_LOAD
                        ? new ControlEndpoint(ControlEndpoint.Operation.LOAD, endpoint.model(), "")
                        : new ControlEndpoint(ControlEndpoint.Operation.UNLOAD, endpoint.model(), ""));
    }

    private void send(HttpExchange exchange, JsonNode node) {
        send(exchange, 200, node);
    }

    private void send(HttpExchange exchange, int status, JsonNode node) {
        try {
            exchange.sendJson(status, mapper.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new InferenceException(ErrorCode.BUG, "internal error", e);
        }
    }
}
