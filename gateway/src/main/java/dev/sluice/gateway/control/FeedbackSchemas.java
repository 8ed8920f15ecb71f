package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.feedback.LabelOutcome;
import java.util.List;

/**
 * The parts of a model's OpenAPI description that are about labels.
 *
 * <p>Threading: stateless.
 */
final class FeedbackSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private FeedbackSchemas() {}

    static void addTo(ObjectNode schemas) {
        schemas.set("Label", label());
        ArrayNode forms = JSON.objectNode().putArray("oneOf");
        forms.add(reference());
        ObjectNode list = forms.addObject().put("type", "array").put("minItems", 1);
        list.put("maxItems", FeedbackStore.LABELS_PER_REQUEST_MAX).set("items", reference());
        schemas.set("Labels", JSON.objectNode().set("oneOf", forms));
        schemas.set("LabelCounts", counts());
        schemas.set("Feedback", object());
    }

    private static ObjectNode reference() {
        return JSON.objectNode().put("$ref", "#/components/schemas/Label");
    }

    private static ObjectNode object() {
        return JSON.objectNode().put("type", "object");
    }

    private static ObjectNode label() {
        ObjectNode schema = object();
        schema.putArray("required").add("prediction_id").add("label");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("prediction_id").put("type", "string");
        properties.putObject("row").put("type", "integer").put("minimum", 0).put("default", 0);
        ArrayNode forms = properties.putObject("label").putArray("oneOf");
        for (String type : List.of("string", "number", "boolean")) {
            forms.addObject().put("type", type);
        }
        ObjectNode choice = forms.addObject().put("type", "object");
        choice.putArray("required").add("ranked").add("chosen");
        ObjectNode parts = choice.putObject("properties");
        parts.putObject("ranked").put("type", "array").putObject("items").put("type", "string");
        ArrayNode chosen = parts.putObject("chosen").putArray("oneOf");
        chosen.addObject().put("type", "string");
        chosen.addObject().put("type", "integer").put("minimum", 0);
        properties.putObject("at").put("type", "string").put("format", "date-time");
        return schema;
    }

    private static ObjectNode counts() {
        ObjectNode schema = object();
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("received").put("type", "integer");
        for (LabelOutcome outcome : LabelOutcome.values()) {
            properties.putObject(outcome.word()).put("type", "integer");
        }
        properties.putObject("invalid").put("type", "integer");
        ObjectNode error = properties.putObject("errors").put("type", "array").putObject("items");
        ObjectNode parts = error.put("type", "object").putObject("properties");
        parts.putObject("index").put("type", "integer");
        parts.putObject("error").put("type", "string");
        return schema;
    }
}
