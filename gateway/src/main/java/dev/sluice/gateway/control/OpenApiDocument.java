package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;

/**
 * The OpenAPI description of one model, with its real tensor names, datatypes and shapes.
 *
 * <p>Threading: stateless.
 *
 * @see "OpenAPI Specification 3.0.3"
 */
final class OpenApiDocument {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OpenApiDocument() {}

    /**
     * @param key the version that is described
     * @param features names of a row's features; empty when the model takes no rows by name
     * @param feedback whether labels are taken
     */
    static ObjectNode of(ModelKey key, ModelSignature signature, List<String> features, boolean feedback) {
        ObjectNode document = JSON.objectNode();
        document.put("openapi", "3.0.3");
        document.putObject("info")
                .put("title", key.name())
                .put("version", Long.toString(key.version()))
                .put("description", "Open Inference Protocol V2 for model '" + key.name() + "'.");
        ObjectNode paths = document.putObject("paths");
        String base = "/v2/models/" + key.name();
        paths.set(base, get("Names, datatypes and shapes of the model's tensors.", "Metadata"));
        paths.set(base + "/ready", get("Whether the model answers.", "Ready"));
        paths.set(base + "/tuning", get("What runs of the model cost, and how it is run because of that.", "Tuning"));
        paths.set(base + "/infer", post("Runs the model on tensors.", "InferRequest", "InferResponse"));
        if (!features.isEmpty()) {
            paths.set(base + "/predict", post("Runs the model on rows by feature name.", "Rows", "Predictions"));
        }
        if (feedback) {
            ObjectNode both = post("Says what was true of predictions.", "Labels", "LabelCounts");
            both.setAll(get("What has come of predictions and their labels.", "Feedback"));
            paths.set(base + "/feedback", both);
        }
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        schemas.set("Metadata", object());
        schemas.set("Ready", ready());
        schemas.set("Tuning", tuning());
        schemas.set("InferRequest", tensors("inputs", signature.inputs()));
        schemas.set("InferResponse", response(signature.outputs()));
        if (!features.isEmpty()) {
            schemas.set("Rows", rows(features));
            schemas.set("Predictions", object());
        }
        if (feedback) {
            FeedbackSchemas.addTo(schemas);
        }
        schemas.set("Error", error());
        return document;
    }

    private static ObjectNode get(String summary, String schema) {
        ObjectNode operation = JSON.objectNode();
        ObjectNode get = operation.putObject("get").put("summary", summary);
        get.set("responses", responses(schema));
        return operation;
    }

    private static ObjectNode post(String summary, String request, String response) {
        ObjectNode operation = JSON.objectNode();
        ObjectNode post = operation.putObject("post").put("summary", summary);
        ObjectNode body = post.putObject("requestBody").put("required", true);
        body.putObject("content").putObject("application/json").set("schema", reference(request));
        post.set("responses", responses(response));
        return operation;
    }

    private static ObjectNode responses(String schema) {
        ObjectNode responses = JSON.objectNode();
        ObjectNode ok = responses.putObject("200").put("description", "The answer.");
        ok.putObject("content").putObject("application/json").set("schema", reference(schema));
        ObjectNode failed = responses.putObject("default").put("description", "The request failed.");
        failed.putObject("content").putObject("application/json").set("schema", reference("Error"));
        return responses;
    }

    private static ObjectNode reference(String schema) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + schema);
    }

    private static ObjectNode object() {
        return JSON.objectNode().put("type", "object");
    }

    private static ObjectNode ready() {
        ObjectNode schema = object();
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("name").put("type", "string");
        properties.putObject("ready").put("type", "boolean");
        return schema;
    }

    private static ObjectNode tuning() {
        ObjectNode schema = object();
        ObjectNode properties = schema.putObject("properties");
        for (String name : List.of("name", "version", "device", "reason", "clock", "measured_at")) {
            properties.putObject(name).put("type", "string");
        }
        ObjectNode chosen = properties.putObject("chosen").put("type", "object").putObject("properties");
        ObjectNode execution = chosen.putObject("execution").put("type", "string");
        execution.putArray("enum").add("inline").add("queued");
        chosen.putObject("max_batch_size").put("type", "integer");
        chosen.putObject("parallel_runs").put("type", "integer");
        ObjectNode point = object();
        ObjectNode costs = point.putObject("properties");
        costs.putObject("rows").put("type", "integer");
        costs.putObject("run_micros").put("type", "number");
        costs.putObject("rows_per_second").put("type", "number");
        properties.putObject("curve").put("type", "array").set("items", point);
        return schema;
    }

    private static ObjectNode error() {
        ObjectNode schema = object();
        ObjectNode properties = schema.putObject("properties");
        for (String name : List.of("error", "code", "request_id")) {
            properties.putObject(name).put("type", "string");
        }
        return schema;
    }

    private static ObjectNode tensors(String member, List<TensorSpec> specs) {
        ObjectNode schema = object();
        schema.putArray("required").add(member);
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("id").put("type", "string");
        properties.set("parameters", object());
        ObjectNode list = properties.putObject(member).put("type", "array");
        list.put("minItems", specs.size()).put("maxItems", specs.size());
        ArrayNode kinds = list.putObject("items").putArray("oneOf");
        specs.forEach(spec -> kinds.add(tensor(spec)));
        if (member.equals("inputs")) {
            ObjectNode outputs = properties.putObject("outputs").put("type", "array");
            ObjectNode output = outputs.putObject("items").put("type", "object");
            output.putObject("properties").putObject("name").put("type", "string");
        }
        return schema;
    }

    private static ObjectNode response(List<TensorSpec> outputs) {
        ObjectNode schema = tensors("outputs", outputs);
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.putObject("model_name").put("type", "string");
        properties.putObject("model_version").put("type", "string");
        return schema;
    }

    private static ObjectNode tensor(TensorSpec spec) {
        ObjectNode schema = object();
        schema.put("description", spec.dataType() + " " + spec.shape() + " (-1 = any size)");
        schema.putArray("required").add("name").add("shape").add("datatype");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("name").put("type", "string").putArray("enum").add(spec.name());
        properties
                .putObject("datatype")
                .put("type", "string")
                .putArray("enum")
                .add(spec.dataType().name());
        ObjectNode shape = properties.putObject("shape").put("type", "array");
        shape.put("minItems", spec.shape().rank()).put("maxItems", spec.shape().rank());
        shape.putObject("items").put("type", "integer").put("minimum", 0);
        ArrayNode example = shape.putArray("example");
        for (long dimension : spec.shape().toArray()) {
            example.add(dimension == Shape.DYNAMIC ? 1 : dimension);
        }
        properties.set("parameters", object());
        if (spec.dataType().hasJsonForm()) {
            ObjectNode data = properties.putObject("data").put("type", "array");
            data.put("description", "Row-major, flat or nested.");
            data.set("items", element(spec.dataType()));
        }
        return schema;
    }

    /** One element; nested arrays are allowed beside it. */
    private static ObjectNode element(DataType type) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode kinds = schema.putArray("oneOf");
        if (type == DataType.BOOL) {
            kinds.addObject().put("type", "boolean");
        } else if (type == DataType.BYTES) {
            kinds.addObject().put("type", "string");
        } else if (type.isInteger()) {
            kinds.addObject().put("type", "integer");
        } else {
            kinds.addObject().put("type", "number").put("nullable", true);
            kinds.addObject()
                    .put("type", "string")
                    .putArray("enum")
                    .add("NaN")
                    .add("Infinity")
                    .add("-Infinity");
        }
        kinds.addObject().put("type", "array").putObject("items");
        return schema;
    }

    private static ObjectNode rows(List<String> features) {
        ObjectNode row = object();
        ArrayNode required = row.putArray("required");
        ObjectNode properties = row.putObject("properties");
        for (String feature : features) {
            required.add(feature);
            properties.putObject(feature).put("nullable", true);
        }
        row.put("additionalProperties", false);
        ObjectNode schema = JSON.objectNode();
        ArrayNode kinds = schema.putArray("oneOf");
        kinds.add(row);
        kinds.addObject().put("type", "array").put("minItems", 1).set("items", row.deepCopy());
        return schema;
    }
}
