package dev.sluice.gateway.control;

import dev.sluice.loader.repository.Intent;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.VersionSelector;
import dev.sluice.state.SavedLabel;
import dev.sluice.state.SavedModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is saved about a model, in the words of the repository and of the router.
 *
 * <p>Threading: stateless.
 */
final class SavedIntents {
    private SavedIntents() {}

    /** The definition with what is saved about its model. */
    static ModelDefinition merge(ModelDefinition definition, SavedModel saved) {
        Set<Long> kept = new TreeSet<>(saved.loadedVersions());
        saved.labels().values().forEach(label -> kept.add(label.version()));
        definition.config().serving().fallback().ifPresent(fallback -> {
            if (fallback instanceof VersionSelector.Exact exact) {
                kept.add(exact.version());
            }
        });
        Intent intent = new Intent(saved.stopped(), saved.stoppedVersions(), kept);
        return saved.stopped() ? withoutProblems(definition).with(intent) : definition.with(intent);
    }

    /** What is wrong with a model's files is no reason to go on serving it when it is to be unloaded. */
    private static ModelDefinition withoutProblems(ModelDefinition definition) {
        return new ModelDefinition(
                definition.name(),
                definition.folder(),
                definition.config(),
                definition.available(),
                List.of(),
                definition.warnings());
    }

    /** Label → version. */
    static Map<String, Long> labels(SavedModel saved) {
        Map<String, Long> labels = new TreeMap<>();
        for (Map.Entry<String, SavedLabel> label : saved.labels().entrySet()) {
            labels.put(label.getKey(), label.getValue().version());
        }
        return labels;
    }
}
