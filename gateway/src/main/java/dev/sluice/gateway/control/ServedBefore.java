package dev.sluice.gateway.control;

import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.state.SavedModel;
import dev.sluice.state.ServedVersion;
import java.util.List;

/**
 * A model as it was when the server stopped.
 *
 * <p>Threading: stateless.
 */
final class ServedBefore {
    private ServedBefore() {}

    /**
     * The definition without the versions that are newer than the one that served last; the same where none is newer, where that
     * one is gone, or where versions are loaded on demand and nothing serves before it is asked for.
     */
    static ModelDefinition of(ModelDefinition definition, SavedModel saved) {
        if (saved.served().isEmpty() || definition.config().serving().onDemand()) {
            return definition;
        }
        ServedVersion last = saved.served().get(saved.served().size() - 1);
        List<VersionFiles> until = definition.available().stream()
                .filter(files -> files.key().version() <= last.version())
                .toList();
        boolean present = until.stream().anyMatch(files -> files.key().version() == last.version());
        return present ? definition.withAvailable(until) : definition;
    }
}
