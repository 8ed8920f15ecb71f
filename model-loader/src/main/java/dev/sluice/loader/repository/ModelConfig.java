package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.RuntimeOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * @param serving when its versions are in memory, and which answers for one that fails
 * @param gate what a version must show before it serves
 * @param breaker when a version that fails is taken out
 * @param transform what stands between clients' inputs and the model's; empty = nothing
 * @param monitoring what is kept of its requests, and what is looked at in them
 */
public record ModelConfig(
        VersionPolicy versions,
        BatchingConfig batching,
        RuntimeOptions runtime,
        List<String> features,
        Map<String, List<String>> labels,
        ServingConfig serving,
        GateConfig gate,
        BreakerConfig breaker,
        Optional<TransformConfig> transform,
        MonitoringConfig monitoring) {
    /** Nothing configured. */
    public static final ModelConfig DEFAULT = new ModelConfig(
            VersionPolicy.newest(), BatchingConfig.DEFAULT, RuntimeOptions.DEFAULT, List.of(), Map.of());

    /** With the defaults for everything about serving. */
    public ModelConfig(
            VersionPolicy versions,
            BatchingConfig batching,
            RuntimeOptions runtime,
            List<String> features,
            Map<String, List<String>> labels) {
        this(
                versions,
                batching,
                runtime,
                features,
                labels,
                ServingConfig.DEFAULT,
                GateConfig.DEFAULT,
                BreakerConfig.DEFAULT,
                Optional.empty(),
                MonitoringConfig.OFF);
    }

    public ModelConfig {
        features = List.copyOf(features);
        labels = labels.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    }

    /** The same for one version alone, which is loaded at once. */
    ModelConfig alone(long version) {
        return new ModelConfig(
                new VersionPolicy.Specific(Set.of(version)),
                batching,
                runtime,
                features,
                labels,
                new ServingConfig(false, 0, Optional.empty()),
                gate,
                breaker,
                transform,
                monitoring);
    }
}
