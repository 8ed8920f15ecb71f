package dev.sluice.canary.monitor.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the values of one golden row, by the name of feature or output, into V2 tensors; lists of V2 tensors pass.
 *
 * <p>A value is what one row has: the dimension of rows is added, and dimensions of 1 behind it where the model declares them.
 * Outputs with class labels may be objects by label. Floating-point outputs are taken as FP64, so that what training computed is
 * not rounded before it is compared.
 *
 * <p>Threading: immutable.
 */
final class NamedValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ModelSignature signature;
    private final FeatureOrder order;

    NamedValues(ModelSignature signature, FeatureOrder order) {
        this.signature = signature;
        this.order = order;
    }

    /** The V2 tensors of a row's inputs, as text. */
    String inputs(String place, JsonNode value) throws ProfileException {
        if (value.isArray()) {
            return withoutBareWords(value).toString();
        }
        requireNames(place, "feature", value, order.names());
        Map<String, ArrayNode> columns = new LinkedHashMap<>();
        ArrayNode tensors = NODES.arrayNode();
        for (Feature feature : order.features()) {
            JsonNode given = value.get(feature.name());
            if (given == null) {
                throw new ProfileException(place + ": missing feature '" + feature.name() + "'");
            }
            TensorSpec spec = new TensorSpec(feature.tensor(), feature.dataType(), feature.shape());
            if (!feature.isColumn()) {
                tensors.add(tensor(place + ": feature '" + feature.name() + "'", spec, given));
            } else {
                if (spec.shape().rank() != 2) {
                    throw new ProfileException(place + ": inputs of shape " + spec.shape()
                            + " cannot be given by feature; give them as a list of V2 tensors");
                }
                columns.computeIfAbsent(spec.name(), name -> NODES.arrayNode()).add(leaf(given));
            }
        }
        columns.forEach((name, row) -> {
            TensorSpec spec = signature.inputs().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            tensors.add(v2(name, spec.dataType(), List.of(1L, (long) row.size()), row));
        });
        return tensors.toString();
    }

    /** The V2 tensors of a row's outputs, as text. */
    String outputs(String place, JsonNode value) throws ProfileException {
        if (value.isArray()) {
            return withoutBareWords(value).toString();
        }
        List<String> names = signature.outputs().stream().map(TensorSpec::name).toList();
        requireNames(place, "output", value, names);
        ArrayNode tensors = NODES.arrayNode();
        for (TensorSpec spec : signature.outputs()) {
            JsonNode given = value.get(spec.name());
            if (given != null) {
                String what = place + ": output '" + spec.name() + "'";
                DataType type = spec.dataType().isFloatingPoint() ? DataType.FP64 : spec.dataType();
                JsonNode row = given.isObject() ? byLabel(what, spec, given) : given;
                tensors.add(tensor(what, new TensorSpec(spec.name(), type, spec.shape()), row));
            }
        }
        return tensors.toString();
    }

    private static void requireNames(String place, String kind, JsonNode value, List<String> names)
            throws ProfileException {
        if (!value.isObject()) {
            throw new ProfileException(place + ": " + kind + "s must be a list of V2 tensors or an object by name, got "
                    + value.getNodeType());
        }
        for (Iterator<String> given = value.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!names.contains(name)) {
                throw new ProfileException(
                        place + ": unknown " + kind + " '" + name + "'; expected " + String.join(", ", names));
            }
        }
    }

    private ArrayNode byLabel(String what, TensorSpec spec, JsonNode value) throws ProfileException {
        List<String> labels = signature.labels(spec.name());
        requireNames(what, "label", value, labels);
        ArrayNode row = NODES.arrayNode();
        for (String label : labels) {
            JsonNode given = value.get(label);
            if (given == null) {
                throw new ProfileException(what + ": missing label '" + label + "'");
            }
            row.add(leaf(given));
        }
        return row;
    }

    private static ObjectNode tensor(String what, TensorSpec spec, JsonNode value) throws ProfileException {
        List<Long> shape = new ArrayList<>();
        for (JsonNode inner = value; inner.isArray(); inner = inner.get(0)) {
            shape.add((long) inner.size());
            if (inner.isEmpty()) {
                break;
            }
        }
        ArrayNode data = NODES.arrayNode();
        flatten(what, value, shape, 0, data);
        Shape declared = spec.shape();
        if (shape.size() < declared.rank()) {
            shape.add(0, 1L);
        }
        while (shape.size() < declared.rank() && declared.dimension(shape.size()) == 1) {
            shape.add(1L);
        }
        if (shape.size() != declared.rank()) {
            throw new ProfileException(what + ": its shape, with the row's dimension in front, is " + shape
                    + ", the model declares " + declared);
        }
        return v2(spec.name(), spec.dataType(), shape, data);
    }

    private static void flatten(String what, JsonNode value, List<Long> shape, int depth, ArrayNode data)
            throws ProfileException {
        if (depth == shape.size()) {
            if (value.isContainerNode()) {
                throw new ProfileException(what + ": its lists must have the same length and depth");
            }
            data.add(leaf(value));
            return;
        }
        if (!value.isArray() || value.size() != shape.get(depth)) {
            throw new ProfileException(what + ": its lists must have the same length and depth");
        }
        for (JsonNode inner : value) {
            flatten(what, inner, shape, depth + 1, data);
        }
    }

    private static ObjectNode v2(String name, DataType type, List<Long> shape, ArrayNode data) {
        ObjectNode tensor = NODES.objectNode().put("name", name).put("datatype", type.name());
        ArrayNode dimensions = tensor.putArray("shape");
        shape.forEach(dimensions::add);
        tensor.set("data", data);
        return tensor;
    }

    /** NaN and infinities as the strings that JSON can hold. */
    private static JsonNode leaf(JsonNode value) {
        return value.isDouble() && !Double.isFinite(value.doubleValue())
                ? NODES.textNode(Double.toString(value.doubleValue()))
                : value;
    }

    private static JsonNode withoutBareWords(JsonNode value) {
        if (value.isArray()) {
            ArrayNode copy = NODES.arrayNode(value.size());
            value.forEach(inner -> copy.add(withoutBareWords(inner)));
            return copy;
        }
        if (value.isObject()) {
            ObjectNode copy = NODES.objectNode();
            value.properties().forEach(entry -> copy.set(entry.getKey(), withoutBareWords(entry.getValue())));
            return copy;
        }
        return leaf(value);
    }
}
