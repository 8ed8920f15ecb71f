package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.Router;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.loader.batching.BatchStats;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorSpec;
import dev.sluice.model.VersionSelector;
import dev.sluice.protocol.RowSchema;
import java.util.List;

/**
 * What the protocol lets clients ask about the server and its models, as JSON.
 *
 * <p>Threading: thread-safe; reads immutable snapshots and never blocks.
 *
 * @see "Open Inference Protocol V2, REST; Triton's extensions: model repository, model configuration, statistics"
 */
public final class ModelCatalog {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What {@code GET /v2} lists: only what is really offered. */
    private static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "model_repository",
            "parameters",
            "statistics");

    private final ModelManager models;
    private final Router router;
    private final RoutePublisher routes;
    private final Breakers breakers;
    private final String serverVersion;

    public ModelCatalog(
            ModelManager models, Router router, RoutePublisher routes, Breakers breakers, String serverVersion) {
        this.models = models;
        this.router = router;
        this.routes = routes;
        this.breakers = breakers;
        this.serverVersion = serverVersion;
    }

    /** Name, version and extensions of the server. */
    public ObjectNode server() {
        ObjectNode node = JSON.objectNode();
        node.put("name", "sluice").put("version", serverVersion);
        ArrayNode extensions = node.putArray("extensions");
        EXTENSIONS.forEach(extensions::add);
        return node;
    }

    /** All models by name, with their versions, states and labels. */
    public ObjectNode list() {
        ServingSnapshot snapshot = models.snapshot();
        ObjectNode node = JSON.objectNode();
        ArrayNode list = node.putArray("models");
        snapshot.definitions().values().forEach(definition -> list.add(entry(snapshot, definition)));
        return node;
    }

    /**
     * One model of {@link #list}.
     *
     * @throws InferenceException with MODEL_NOT_FOUND when there is none of that name
     */
    public ObjectNode entry(String name) {
        ServingSnapshot snapshot = models.snapshot();
        ModelDefinition definition = snapshot.definitions().get(name);
        if (definition == null) {
            throw snapshot.unavailable(name);
        }
        return entry(snapshot, definition);
    }

    private ObjectNode entry(ServingSnapshot snapshot, ModelDefinition definition) {
        String name = definition.name();
        ObjectNode model = JSON.objectNode();
        model.put("name", name);
        model.put("ready", !snapshot.ready(name).isEmpty());
        routes.defaultVersion(name).ifPresent(version -> model.put("default_version", Long.toString(version)));
        model.set("versions", VersionEntries.of(snapshot, definition, routes.labels(name), breakers));
        String problem = Availability.problem(definition);
        if (!problem.isEmpty()) {
            model.put("reason", problem);
        }
        return model;
    }

    /** Tensors of the version that the route names for this reference, also while its circuit breaker is open. */
    public ObjectNode metadata(ModelRef ref) {
        ReadyVersion version = resolve(ref);
        ModelSignature signature = version.signature();
        ObjectNode node = JSON.objectNode();
        node.put("name", ref.name());
        ArrayNode versions = node.putArray("versions");
        models.snapshot()
                .ready(ref.name())
                .forEach(ready -> versions.add(Long.toString(ready.key().version())));
        node.put("platform", signature.platform());
        node.set("inputs", tensors(signature.inputs()));
        ArrayNode outputs = tensors(signature.outputs());
        node.set("outputs", outputs);
        ObjectNode properties = node.putObject("properties");
        signature.labels().forEach((output, labels) -> properties.put("labels." + output, String.join(",", labels)));
        List<String> features = version.config().features();
        if (!features.isEmpty()) {
            properties.put("features", String.join(",", features));
        }
        properties.put("version", Long.toString(version.key().version()));
        properties.put("device", version.device().toString());
        version.lineage().texts().forEach((key, text) -> properties.put("lineage." + key, text));
        BatchVerdict verdict = version.batching();
        String breaker = breakers.reason(version.key());
        if (!breaker.isEmpty()) {
            properties.put("breaker", breaker);
        }
        properties.put("batching", verdict.toString());
        properties.put("batching.verdict", verdict.level().word());
        if (verdict.tolerance() > 0) {
            properties.put("batching.tolerance", Double.toString(verdict.tolerance()));
            properties.put("batching.difference", Double.toString(verdict.difference()));
        }
        if (verdict.padding().rule() != null) {
            properties.put("padding.mask", verdict.padding().rule().mask());
        }
        return node;
    }

    /**
     * Whether a request with this reference would find a version that serves and that its circuit breaker lets through, or that is
     * loaded for it.
     */
    public boolean isReady(ModelRef ref) {
        RouteDecision decision = router.decide(ref, "");
        if (decision instanceof RouteDecision.Unknown unknown) {
            throw new InferenceException(ErrorCode.MODEL_NOT_FOUND, unknown.message());
        }
        return decision instanceof RouteDecision.Routed routed
                ? breakers.answers(ref, routed)
                : decision instanceof RouteDecision.Dormant;
    }

    /** Whether the version that a request with this reference would get has to be loaded first. */
    public boolean isDormant(ModelRef ref) {
        return router.decide(ref, "") instanceof RouteDecision.Dormant;
    }

    /** The configuration in the form of Triton's model configuration, as far as it applies. */
    public ObjectNode config(ModelRef ref) {
        ReadyVersion version = resolve(ref);
        ModelSignature signature = version.signature();
        boolean batched = version.batching().batched();
        ObjectNode node = JSON.objectNode();
        node.put("name", ref.name());
        node.put("platform", "onnxruntime_onnx");
        node.put("backend", "onnxruntime");
        node.put("max_batch_size", batched ? version.tuning().rowsMax() : 0);
        node.set("input", configTensors(signature.inputs(), batched));
        node.set("output", configTensors(signature.outputs(), batched));
        ObjectNode instances = node.putArray("instance_group").addObject();
        instances.put("kind", version.device().toString().equals("cpu") ? "KIND_CPU" : "KIND_GPU");
        instances.put("count", 1);
        if (batched) {
            node.putObject("dynamic_batching").put("max_queue_delay_microseconds", 0);
        }
        return node;
    }

    private static ArrayNode configTensors(List<TensorSpec> specs, boolean batched) {
        ArrayNode list = JSON.arrayNode();
        for (TensorSpec spec : specs) {
            ObjectNode tensor = list.addObject();
            tensor.put("name", spec.name());
            tensor.put("data_type", configType(spec));
            ArrayNode dims = tensor.putArray("dims");
            long[] shape = spec.shape().toArray();
            for (int i = batched ? 1 : 0; i < shape.length; i++) {
                dims.add(shape[i]);
            }
        }
        return list;
    }

    private static String configType(TensorSpec spec) {
        return switch (spec.dataType()) {
            case BYTES -> "TYPE_STRING";
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BF16 ->
                "TYPE_" + spec.dataType().name();
        };
    }

    /** Counts and times of one version, of all ready versions of a model, or of all models when the name is empty. */
    public ObjectNode statistics(ModelRef ref) {
        ObjectNode node = JSON.objectNode();
        ArrayNode list = node.putArray("model_stats");
        ServingSnapshot snapshot = models.snapshot();
        if (ref.name().isEmpty()) {
            snapshot.definitions().keySet().forEach(name -> statistics(snapshot, name, list));
        } else if (ref.version() instanceof VersionSelector.Routed) {
            resolve(ref);
            statistics(snapshot, ref.name(), list);
        } else {
            list.add(statistics(resolve(ref)));
        }
        return node;
    }

    private static void statistics(ServingSnapshot snapshot, String name, ArrayNode list) {
        snapshot.ready(name).forEach(version -> list.add(statistics(version)));
    }

    private static ObjectNode statistics(ReadyVersion version) {
        BatchStats stats = version.batcher().stats();
        long failures = stats.rejectedCount() + stats.cancelledCount() + stats.deadlineCount() + stats.failedCount();
        ObjectNode node = JSON.objectNode();
        node.put("name", version.key().name());
        node.put("version", Long.toString(version.key().version()));
        node.put("last_inference", stats.lastInferenceMillis());
        node.put("inference_count", stats.rowCount());
        node.put("execution_count", stats.executionCount());
        ObjectNode inference = node.putObject("inference_stats");
        duration(inference, "success", stats.successCount(), stats.successNanos());
        duration(inference, "fail", failures, stats.failNanos());
        duration(inference, "queue", stats.successCount(), stats.queueNanos());
        duration(inference, "compute_input", stats.successCount(), stats.inputNanos());
        duration(inference, "compute_infer", stats.successCount(), stats.inferNanos());
        duration(inference, "compute_output", stats.successCount(), stats.outputNanos());
        duration(inference, "cache_hit", 0, 0);
        duration(inference, "cache_miss", 0, 0);
        ArrayNode sizes = node.putArray("batch_stats");
        for (BatchStats.BatchSize size : stats.sizes()) {
            ObjectNode entry = sizes.addObject();
            entry.put("batch_size", size.rows());
            duration(entry, "compute_input", size.count(), size.inputNanos());
            duration(entry, "compute_infer", size.count(), size.inferNanos());
            duration(entry, "compute_output", size.count(), size.outputNanos());
        }
        ObjectNode memory = node.putArray("memory_usage").addObject();
        memory.put("type", version.device().toString().equals("cpu") ? "CPU" : "GPU");
        memory.put("id", version.device().index());
        memory.put("byte_size", version.estimateBytes());
        return node;
    }

    private static void duration(ObjectNode parent, String name, long count, long nanos) {
        parent.putObject(name).put("count", count).put("ns", nanos);
    }

    /** What the version that a request with this reference would get costs, and how it is run because of that. */
    public ObjectNode tuning(ModelRef ref) {
        return TuningDocument.of(resolve(ref));
    }

    /** Every version that is known, with its state. */
    public ArrayNode index(boolean readyOnly) {
        ServingSnapshot snapshot = models.snapshot();
        ArrayNode list = JSON.arrayNode();
        snapshot.definitions().forEach((name, definition) -> {
            ArrayNode versions = VersionEntries.of(snapshot, definition, routes.labels(name), breakers);
            if (versions.isEmpty() && !readyOnly) {
                String problem = Availability.problem(definition);
                list.addObject()
                        .put("name", name)
                        .put("state", "UNAVAILABLE")
                        .put("reason", problem.isEmpty() ? "no versions" : problem);
            }
            for (JsonNode version : versions) {
                if (!readyOnly || version.path("state").asText().equals("READY")) {
                    ObjectNode entry = list.addObject();
                    entry.put("name", name);
                    entry.setAll((ObjectNode) version);
                }
            }
        });
        return list;
    }

    /** The OpenAPI description of the version that a request with this reference would get. */
    public ObjectNode openApi(ModelRef ref) {
        ReadyVersion version = resolve(ref);
        RowSchema schema = RowSchema.of(version.signature(), version.config().features());
        return OpenApiDocument.of(
                version.key(),
                version.signature(),
                schema.featureNames(),
                version.config().monitoring().feedback().enabled());
    }

    private ReadyVersion resolve(ModelRef ref) {
        ReadyVersion version = models.snapshot().ready(router.route(ref, "").key());
        if (version == null) {
            throw new InferenceException(ErrorCode.MODEL_NOT_READY, "model '" + ref.name() + "' is draining");
        }
        return version;
    }

    private static ArrayNode tensors(List<TensorSpec> specs) {
        ArrayNode list = JSON.arrayNode();
        for (TensorSpec spec : specs) {
            ObjectNode tensor = list.addObject();
            tensor.put("name", spec.name());
            tensor.put("datatype", spec.dataType().name());
            ArrayNode shape = tensor.putArray("shape");
            for (long dimension : spec.shape().toArray()) {
                shape.add(dimension);
            }
        }
        return list;
    }
}
