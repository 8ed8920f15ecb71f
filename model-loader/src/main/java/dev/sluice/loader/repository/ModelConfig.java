package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.RuntimeOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that is configured for one model, merged from {@code sluice.yaml}, {@code model.yaml} and {@code config.pbtxt};
 * names, dtypes and shapes are not here, they come from the model file.
 *
 * <p>Threading: immutable.
 *
 * @param versions which versions are served
 * @param batching what is declared about batching
 * @param runtime how versions are opened
 * @param features names of the columns of the model's single input, in order; empty when not given
 * @param labels output name → class labels; adds to and overrides those in the model file
 */
public record ModelConfig(
        VersionPolicy versions,
        BatchingConfig batching,
        RuntimeOptions runtime,
        List<String> features,
        Map<String, List<String>> labels) {
    /** Nothing configured. */
    public static final ModelConfig DEFAULT = new ModelConfig(
            VersionPolicy.newest(), BatchingConfig.DEFAULT, RuntimeOptions.DEFAULT, List.of(), Map.of());

    public ModelConfig {
        features = List.copyOf(features);
        labels = labels.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    }
}
