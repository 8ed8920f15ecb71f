package dev.sluice.model;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of one version, and the class labels of those outputs that have them.
 *
 * <p>Threading: immutable.
 *
 * @param platform protocol name of the format and runtime, for example {@code onnx_onnxv1}
 * @param inputs in the model's own order; names distinct
 * @param outputs in the model's own order; names distinct
 * @param labels output name → class labels along the output's last dimension, in index order
 */
public record ModelSignature(
        String platform, List<TensorSpec> inputs, List<TensorSpec> outputs, Map<String, List<String>> labels) {
    public ModelSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        labels = labels.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
        requireDistinct("input", inputs);
        requireDistinct("output", outputs);
    }

    private static void requireDistinct(String kind, List<TensorSpec> specs) {
        Map<String, Long> counts = specs.stream()
                .map(TensorSpec::name)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        counts.forEach((name, count) -> {
            if (count > 1) {
                throw new IllegalArgumentException(kind + " '" + name + "' is declared " + count + " times");
            }
        });
    }

    /** The input of that name, or null. */
    public @Nullable TensorSpec input(String name) {
        return find(inputs, name);
    }

    /** The output of that name, or null. */
    public @Nullable TensorSpec output(String name) {
        return find(outputs, name);
    }

    /** Class labels of that output in index order; empty when it has none. */
    public List<String> labels(String output) {
        return labels.getOrDefault(output, List.of());
    }

    private static @Nullable TensorSpec find(List<TensorSpec> specs, String name) {
        for (TensorSpec spec : specs) {
            if (spec.name().equals(name)) {
                return spec;
            }
        }
        return null;
    }
}
