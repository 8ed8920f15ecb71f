package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads everything once, serves nothing, and says how it went.
 *
 * <p>Threading: stateless; blocks.
 */
public final class RepositoryCheck {
    /**
     * How it went.
     *
     * @param definitions every model that was found
     * @param reports every version that was tried
     */
    public record Result(List<ModelDefinition> definitions, List<LoadReport> reports) {
        public Result {
            definitions = List.copyOf(definitions);
            reports = List.copyOf(reports);
        }
    }

    private RepositoryCheck() {}

    /**
     * Loads everything and closes it again: together what serves together, in turn what is loaded on demand.
     *
     * @throws dev.sluice.loader.repository.RepositoryException if a repository folder cannot be read
     * @throws GatewayStartException if the runtime cannot be had
     */
    public static Result run(GatewayConfig config, StartupListener listener) {
        PendingRuntime pending = PendingRuntime.begin(config);
        try (ModelRuntime runtime = new ModelRuntime(config.lookingOnce(), pending, key -> StageObserver.none())) {
            List<LoadReport> reports = runtime.loadAll(listener);
            return new Result(runtime.definitions(), reports);
        }
    }

    /**
     * Takes one version that is not published yet through the same steps, with its model's own configuration.
     *
     * @param repositoryFolder the folder in which its model's folder lies
     * @param staged the version's folder
     * @throws ModelLoadException with the step and the reason, when it may not serve
     * @throws GatewayStartException if the runtime cannot be had
     */
    public static void staged(GatewayConfig config, Path repositoryFolder, ModelKey key, Path staged)
            throws ModelLoadException {
        PendingRuntime pending = PendingRuntime.begin(config);
        try (ModelRuntime runtime = new ModelRuntime(config.lookingOnce(), pending, each -> StageObserver.none())) {
            runtime.check(repositoryFolder, key, staged);
        }
    }
}
