package dev.sluice.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.VersionSelector;
import java.io.IOException;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * The body of an operation on models: nothing, or one JSON object.
 *
 * <p>Threading: immutable.
 */
final class ControlBody {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ObjectNode body;

    private ControlBody(ObjectNode body) {
        this.body = body;
    }

    static ControlBody parse(ReceivedBody received) {
        if (received.length() == 0) {
            return new ControlBody(JsonNodeFactory.instance.objectNode());
        }
        JsonNode node;
        try {
            ReceivedBody.Span span = received.join();
            node = MAPPER.readTree(span.array(), span.offset(), span.length());
        } catch (IOException e) {
            throw InferenceException.invalidInput("the body must be empty or a JSON object");
        }
        if (node == null || node.isMissingNode()) {
            return new ControlBody(JsonNodeFactory.instance.objectNode());
        }
        if (!(node instanceof ObjectNode object)) {
            throw InferenceException.invalidInput("the body must be empty or a JSON object");
        }
        return new ControlBody(object);
    }

    /** Whether only ready versions are asked for: {@code {"ready": true}}. */
    boolean readyOnly() {
        JsonNode ready = body.get("ready");
        if (ready != null && !ready.isBoolean()) {
            throw InferenceException.invalidInput("the body must be a JSON object such as {\"ready\": true}");
        }
        return ready != null && ready.booleanValue();
    }

    /** The version of a load or unload: {@code {"parameters": {"version": "3"}}}; empty for the model as a whole. */
    OptionalLong parameterVersion() {
        JsonNode parameters = body.get("parameters");
        if (parameters == null || parameters.isNull()) {
            return OptionalLong.empty();
        }
        if (!parameters.isObject()) {
            throw InferenceException.invalidInput("'parameters' must be a JSON object");
        }
        Iterator<String> names = parameters.fieldNames();
        while (names.hasNext()) {
            requireOffered(names.next());
        }
        JsonNode version = parameters.get("version");
        return version == null ? OptionalLong.empty() : OptionalLong.of(version(version, "parameters.version"));
    }

    /** Triton sends what it has by these names; a part of it that had no effect would be worse than an answer that says so. */
    private static void requireOffered(String name) {
        if (name.equals("config") || name.startsWith("file:")) {
            throw InferenceException.invalidInput("parameter '" + Quoted.of(name)
                    + "' is not offered: a model's configuration and files come from its folder");
        }
        if (!name.equals("version") && !name.equals("unload_dependents")) {
            throw InferenceException.invalidInput(
                    "parameter '" + Quoted.of(name) + "' is not known; 'version' is the one that means something here");
        }
    }

    /** The version that a label is put on: {@code {"version": "3"}}. */
    long requiredVersion() {
        JsonNode version = body.get("version");
        if (version == null) {
            throw InferenceException.invalidInput("the body must name the version, such as {\"version\": \"3\"}");
        }
        return version(version, "version");
    }

    private static long version(JsonNode node, String name) {
        String text = node.isTextual() || node.isIntegralNumber() ? node.asText() : "";
        if (VersionSelector.parse(text) instanceof VersionSelector.Exact exact && exact.version() > 0) {
            return exact.version();
        }
        throw InferenceException.invalidInput(
                "'" + name + "' must be a version number such as \"3\", got " + Quoted.of(node.toString()));
    }
}
