package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How rows of named features become a model's inputs; built once per version.
 *
 * <p>Two layouts: <em>columns</em>, where a list of features names the columns of the model's only input, of shape [N, F];
 * and <em>one input per feature</em>, each of shape [N] or [N, 1]. A model that fits neither cannot be called with rows, and
 * {@link #unsupportedReason} says why.
 *
 * <p>Threading: immutable.
 */
public final class RowSchema {
    private final List<TensorSpec> inputs;
    private final List<Feature> features;
    private final boolean columns;
    private final @Nullable String unsupportedReason;
    private final Map<String, Integer> indices;
    private final byte[][] names;

    /**
     * One value of a row.
     *
     * @param name key in the row
     * @param dataType element type of the input that takes it; never FP16 or BF16
     */
    public record Feature(String name, DataType dataType) {}

    private RowSchema(
            List<TensorSpec> inputs, List<Feature> features, boolean columns, @Nullable String unsupportedReason) {
        this.inputs = List.copyOf(inputs);
        this.features = List.copyOf(features);
        this.columns = columns;
        this.unsupportedReason = unsupportedReason;
        this.indices = new HashMap<>();
        this.names = new byte[features.size()][];
        for (int i = 0; i < names.length; i++) {
            indices.put(features.get(i).name(), i);
            names[i] = features.get(i).name().getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * The schema of a model.
     *
     * @param features names of the columns of its only input in order, or the names of its inputs in any order; empty when
     *     nothing is configured
     */
    public static RowSchema of(ModelSignature signature, List<String> features) {
        List<TensorSpec> inputs = signature.inputs();
        if (inputs.isEmpty()) {
            return unsupported("the model has no inputs");
        }
        Set<String> distinct = new HashSet<>();
        for (String feature : features) {
            if (feature.isEmpty() || !distinct.add(feature)) {
                return unsupported("features lists " + ClientText.quote(feature) + (feature.isEmpty() ? "" : " twice"));
            }
        }
        for (TensorSpec input : inputs) {
            if (!input.dataType().hasJsonForm()) {
                return unsupported("input " + describe(input) + " has no JSON form");
            }
        }
        if (features.isEmpty()) {
            return perInput(inputs);
        }
        if (inputs.size() == 1) {
            return columns(inputs.get(0), features);
        }
        Set<String> inputNames = new HashSet<>();
        inputs.forEach(input -> inputNames.add(input.name()));
        if (!inputNames.equals(distinct)) {
            return unsupported(
                    "the model has " + inputs.size() + " inputs, and features does not list exactly their names");
        }
        return perInput(inputs);
    }

    private static RowSchema columns(TensorSpec input, List<String> names) {
        Shape shape = input.shape();
        DataType type = input.dataType();
        if (names.size() == 1 && isOneFeature(shape)) {
            return new RowSchema(List.of(input), List.of(new Feature(names.get(0), type)), false, null);
        }
        boolean numeric = type.isFloatingPoint() || type.isInteger();
        if (!numeric || shape.rank() != 2) {
            return unsupported("features names columns, which needs a numeric input of shape [N, F], but it is "
                    + describe(input));
        }
        if (shape.dimension(1) != Shape.DYNAMIC && shape.dimension(1) != names.size()) {
            return unsupported("features lists " + names.size() + " names, but the input is " + describe(input));
        }
        List<Feature> features = new ArrayList<>(names.size());
        names.forEach(name -> features.add(new Feature(name, type)));
        return new RowSchema(List.of(input), features, true, null);
    }

    private static RowSchema perInput(List<TensorSpec> inputs) {
        List<Feature> features = new ArrayList<>(inputs.size());
        for (TensorSpec input : inputs) {
            if (!isOneFeature(input.shape())) {
                return unsupported("input " + describe(input) + " is not one feature, [N] or [N, 1]"
                        + (inputs.size() == 1 ? "; list the names of its columns as features in model.yaml" : ""));
            }
            features.add(new Feature(input.name(), input.dataType()));
        }
        return new RowSchema(inputs, features, false, null);
    }

    private static boolean isOneFeature(Shape shape) {
        return shape.rank() == 1 || (shape.rank() == 2 && shape.dimension(1) == 1);
    }

    private static String describe(TensorSpec input) {
        return ClientText.quote(input.name()) + " " + input.dataType() + " " + input.shape();
    }

    private static RowSchema unsupported(String reason) {
        return new RowSchema(List.of(), List.of(), false, reason);
    }

    /** Why the model cannot be called with rows; empty when it can. */
    public Optional<String> unsupportedReason() {
        return Optional.ofNullable(unsupportedReason);
    }

    /** In the order of the columns, or of the model's inputs; empty when rows are not supported. */
    public List<Feature> features() {
        return features;
    }

    /** Names of {@link #features}, in their order. */
    public List<String> featureNames() {
        return features.stream().map(Feature::name).toList();
    }

    void requireSupported() {
        if (unsupportedReason != null) {
            throw InferenceException.invalidInput("this model cannot be called with rows: " + unsupportedReason
                    + ". Use an infer request with tensors instead");
        }
    }

    /** True when all features are columns of one input, false when each is an input. */
    boolean isColumns() {
        return columns;
    }

    /** The model's inputs in its order. */
    List<TensorSpec> inputs() {
        return inputs;
    }

    /** Index of the feature, or -1. */
    int indexOf(String name) {
        return indices.getOrDefault(name, -1);
    }

    /** UTF-8 bytes of a feature's name; not to be changed. */
    byte[] utf8Name(int index) {
        return names[index];
    }

    /** Bytes that the shortest row with all features takes in JSON. */
    long rowBytesMin() {
        long bytes = 2;
        for (byte[] name : names) {
            bytes += name.length + 5L;
        }
        return bytes;
    }
}
