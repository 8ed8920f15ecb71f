package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server says about a model: the part of {@code GET /v2/models/m} that requests are made from.
 *
 * <p>Threading: immutable.
 *
 * @param inputs in the server's order, at least one
 */
record ModelMetadata(String name, List<TensorSpec> inputs) {
    ModelMetadata {
        inputs = List.copyOf(inputs);
    }

    /** @throws CannotMeasureException if the answer is no model metadata of the protocol */
    static ModelMetadata parse(String json) throws CannotMeasureException {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new CannotMeasureException(
                    "the model metadata is not JSON: " + ServerText.line(e.getOriginalMessage()));
        }
        List<TensorSpec> inputs = new ArrayList<>();
        for (JsonNode input : root.path("inputs")) {
            inputs.add(input(input));
        }
        if (inputs.isEmpty()) {
            throw new CannotMeasureException("the model metadata lists no inputs, got " + ServerText.line(json));
        }
        return new ModelMetadata(root.path("name").asText(), inputs);
    }

    private static TensorSpec input(JsonNode input) throws CannotMeasureException {
        String name = input.path("name").asText();
        DataType type = DataType.byName(input.path("datatype").asText());
        if (name.isEmpty() || type == null || !input.path("shape").isArray()) {
            throw new CannotMeasureException(
                    "an input of the model metadata must have a name, a known datatype and a shape, got "
                            + ServerText.line(input.toString()));
        }
        long[] shape = new long[input.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = input.path("shape").get(i).asLong();
        }
        try {
            return new TensorSpec(name, type, Shape.of(shape));
        } catch (IllegalArgumentException e) {
            throw new CannotMeasureException(
                    "input '" + ServerText.line(name) + "' of the model metadata: " + ServerText.line(e.getMessage()));
        }
    }
}
