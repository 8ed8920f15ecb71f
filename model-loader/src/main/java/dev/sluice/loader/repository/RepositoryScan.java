package dev.sluice.loader.repository;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one look at the model repository found.
 *
 * <p>Threading: immutable.
 *
 * @param definitions every model, by name ascending
 * @param lookAgain after what time a version that is still being written may be complete; empty when none is
 */
public record RepositoryScan(List<ModelDefinition> definitions, Optional<Duration> lookAgain) {
    public RepositoryScan {
        definitions = List.copyOf(definitions);
    }
}
