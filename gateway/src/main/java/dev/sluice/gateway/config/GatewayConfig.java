package dev.sluice.gateway.config;

import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is configured for the process.
 *
 * <p>Threading: immutable.
 *
 * @param repository folders of models, relative ones to the working directory; may be empty until the command line adds one
 * @param modelName name of a model that is a repository folder itself; empty = its configuration's, else the folder's
 * @param log where requests are recorded
 * @param feedback how long predictions wait for labels
 * @param nativeCache folder for the native libraries that are unpacked at start; empty = chosen
 * @param stateDir folder for what operators have said while the server runs; empty = chosen
 * @param models by model name, the settings that override the files beside the model, highest precedence first; checked
 */
public record GatewayConfig(
        List<Path> repository,
        Optional<String> modelName,
        HttpConfig http,
        MetricsConfig metrics,
        ControlConfig control,
        LimitsConfig limits,
        InferenceConfig inference,
        WatchConfig watch,
        ReadinessConfig readiness,
        ShutdownConfig shutdown,
        LoggingConfig logging,
        InputLogConfig log,
        FeedbackStoreConfig feedback,
        Optional<Path> nativeCache,
        Optional<Path> stateDir,
        Map<String, List<SettingsLayer>> models) {
    public GatewayConfig {
        repository = List.copyOf(repository);
        models = Map.copyOf(models);
    }

    /** Nothing configured. */
    public static GatewayConfig defaults() {
        return ConfigReader.read(List.of(), Secrets.NONE, new Problems());
    }

    /** The same with other repository folders. */
    public GatewayConfig withRepository(List<Path> folders) {
        return with(folders, watch);
    }

    /** The same, taking the repository as it lies there at this moment. */
    public GatewayConfig lookingOnce() {
        return with(repository, WatchConfig.ONCE);
    }

    private GatewayConfig with(List<Path> folders, WatchConfig watching) {
        return new GatewayConfig(
                folders,
                modelName,
                http,
                metrics,
                control,
                limits,
                inference,
                watching,
                readiness,
                shutdown,
                logging,
                log,
                feedback,
                nativeCache,
                stateDir,
                models);
    }
}
