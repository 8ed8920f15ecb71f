package dev.sluice.canary.monitor.profile;

import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The features of a model in the order of training.
 *
 * <p>Columns of one input follow each other from index 0 on, so the list and the layout of the input cannot contradict each
 * other.
 *
 * <p>Threading: immutable.
 *
 * @param features 1 to {@value #FEATURES_MAX}; names distinct
 */
public record FeatureOrder(List<Feature> features) {
    /** Most features of one model. */
    public static final int FEATURES_MAX = 100_000;

    public FeatureOrder {
        features = List.copyOf(features);
        if (features.isEmpty() || features.size() > FEATURES_MAX) {
            throw new IllegalArgumentException(
                    "there must be between 1 and " + FEATURES_MAX + " features, got " + features.size());
        }
        requireDistinct(features);
        requireConsecutiveColumns(features);
    }

    private static void requireDistinct(List<Feature> features) {
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            if (!names.add(feature.name())) {
                throw new IllegalArgumentException("feature '" + feature.name() + "' is listed twice");
            }
        }
    }

    private static void requireConsecutiveColumns(List<Feature> features) {
        Map<String, Integer> next = new HashMap<>();
        String before = "";
        for (Feature feature : features) {
            int expected = next.getOrDefault(feature.tensor(), 0);
            if (expected > 0 && !before.equals(feature.tensor())) {
                throw new IllegalArgumentException("features of input '" + feature.tensor()
                        + "' must follow each other, but '" + feature.name() + "' stands apart");
            }
            if (feature.isColumn() ? feature.index() != expected : expected > 0) {
                throw new IllegalArgumentException("feature '" + feature.name() + "' must have index " + expected
                        + " of input '" + feature.tensor() + "', got "
                        + (feature.isColumn() ? Integer.toString(feature.index()) : "all of it"));
            }
            next.put(feature.tensor(), feature.isColumn() ? expected + 1 : Integer.MAX_VALUE);
            before = feature.tensor();
        }
    }

    /**
     * The order that a signature and the names of its columns give.
     *
     * @param columns names of the columns of the only input, in order, or of all inputs in any order; empty: every input is a
     *     feature of its own
     * @throws IllegalArgumentException when they do not fit
     */
    public static FeatureOrder of(ModelSignature signature, List<String> columns) {
        List<TensorSpec> inputs = signature.inputs();
        List<String> inputNames = inputs.stream().map(TensorSpec::name).toList();
        List<Feature> features = new ArrayList<>();
        if (columns.isEmpty() || (inputs.size() > 1 && Set.copyOf(inputNames).equals(new HashSet<>(columns)))) {
            inputs.forEach(input -> features.add(
                    new Feature(input.name(), input.name(), Feature.WHOLE, input.dataType(), input.shape())));
            return new FeatureOrder(features);
        }
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("features name the columns of a single input, the model has "
                    + inputs.size() + ": " + String.join(", ", inputNames));
        }
        TensorSpec input = inputs.get(0);
        Shape shape = input.shape();
        long width = shape.rank() == 0 ? 0 : shape.dimension(shape.rank() - 1);
        if (shape.rank() < 2 || (width != Shape.DYNAMIC && width != columns.size())) {
            throw new IllegalArgumentException(columns.size() + " features do not fit the last dimension of input '"
                    + input.name() + "' " + shape);
        }
        for (int i = 0; i < columns.size(); i++) {
            features.add(new Feature(columns.get(i), input.name(), i, input.dataType(), shape));
        }
        return new FeatureOrder(features);
    }

    /** Names in order. */
    public List<String> names() {
        return features.stream().map(Feature::name).toList();
    }

    /** True when features are columns, false when each is an input of its own. */
    public boolean isColumns() {
        return features.stream().anyMatch(Feature::isColumn);
    }

    /**
     * The order hash: SHA-256 over the UTF-8 bytes of {@link #canonical}, in lower-case hexadecimal.
     */
    public String sha256() {
        return Sha256.of(canonical().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The list as JSON without white space, {@code [["age","x",0,"FP32",[-1,3]],…]}: name, tensor, index (null for all of the
     * input), datatype, shape. In strings only the quote, the backslash and characters below U+0020 are escaped, these as
     * {@code \b \t \n \f \r} or {@code \}{@code u00xx} in lower case: what Python's {@code json.dumps(…, separators=(",",
     * ":"), ensure_ascii=False)} writes.
     */
    String canonical() {
        StringBuilder text = new StringBuilder("[");
        for (Feature feature : features) {
            text.append(text.length() > 1 ? ",[" : "[");
            quote(feature.name(), text);
            quote(feature.tensor(), text.append(','));
            text.append(',').append(feature.isColumn() ? Integer.toString(feature.index()) : "null");
            quote(feature.dataType().name(), text.append(','));
            text.append(",[");
            for (int i = 0; i < feature.shape().rank(); i++) {
                text.append(i > 0 ? "," : "").append(feature.shape().dimension(i));
            }
            text.append("]]");
        }
        return text.append(']').toString();
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\f' -> text.append("\\f");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < 0x20) {
                        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
