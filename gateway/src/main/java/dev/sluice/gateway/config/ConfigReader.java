package dev.sluice.gateway.config;

import dev.sluice.loader.repository.ModelSettings;
import dev.sluice.loader.runtime.Device;
import dev.sluice.settings.Problems;
import dev.sluice.settings.Setting;
import dev.sluice.settings.SettingsAssignment;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import dev.sluice.settings.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code sluice.yaml} and the {@code --set} values above it.
 *
 * <p>Threading: stateless; blocks on the file system.
 *
 * @see "docs/configuration.md"
 */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * The configuration, or all that is wrong with it.
     *
     * @param file the YAML file; must exist if given
     * @param assignments {@code key.path=value} as given after {@code --set}; the last of a key wins
     */
    public static ConfigOutcome read(Optional<Path> file, List<String> assignments) {
        return read(file, assignments, variable -> null);
    }

    /**
     * The configuration, or all that is wrong with it.
     *
     * @param file the YAML file; must exist if given
     * @param assignments {@code key.path=value} as given after {@code --set}; the last of a key wins
     * @param environment value of an environment variable, null where it is not set; secrets are there and nowhere else
     */
    public static ConfigOutcome read(
            Optional<Path> file, List<String> assignments, Function<String, @Nullable String> environment) {
        Problems problems = new Problems();
        List<SettingsLayer> layers = new ArrayList<>(SettingsAssignment.read(assignments, problems));
        file.ifPresent(path -> layers.add(SettingsLayer.top(SettingsFile.read(path, path.toString(), problems))));
        GatewayConfig config = read(layers, Secrets.read(environment, problems), problems);
        return problems.isEmpty() ? new ConfigOutcome.Valid(config) : new ConfigOutcome.Invalid(problems.lines());
    }

    static GatewayConfig read(List<SettingsLayer> layers, Secrets secrets, Problems problems) {
        SettingsReader reader = new SettingsReader(layers, problems);
        GatewayConfig config = new GatewayConfig(
                reader.get(ConfigKeys.REPOSITORY),
                reader.get(ConfigKeys.MODEL_NAME),
                http(reader),
                metrics(reader),
                control(reader, secrets.controlToken()),
                limits(reader),
                new InferenceConfig(
                        reader.get(ConfigKeys.INFERENCE_THREADS),
                        reader.get(ConfigKeys.INFERENCE_LOAD_THREADS),
                        reader.get(ConfigKeys.INFERENCE_GPU_THREADS),
                        reader.get(ConfigKeys.INFERENCE_GPU_MAX_BATCH_SIZE)),
                new WatchConfig(
                        reader.get(ConfigKeys.WATCH_MODE),
                        reader.get(ConfigKeys.WATCH_POLL_INTERVAL),
                        reader.get(ConfigKeys.WATCH_SETTLE)),
                new ReadinessConfig(reader.get(ConfigKeys.READINESS_STRICT)),
                new ShutdownConfig(reader.get(ConfigKeys.SHUTDOWN_LAG), reader.get(ConfigKeys.SHUTDOWN_TIMEOUT)),
                new LoggingConfig(reader.get(ConfigKeys.LOGGING_FORMAT), reader.get(ConfigKeys.LOGGING_LEVEL)),
                log(reader, secrets.logKey()),
                new FeedbackStoreConfig(
                        reader.get(ConfigKeys.FEEDBACK_KEEP),
                        reader.get(ConfigKeys.FEEDBACK_LATE_AFTER),
                        reader.get(ConfigKeys.FEEDBACK_MAX_PREDICTIONS)),
                reader.get(ConfigKeys.NATIVE_CACHE),
                reader.get(ConfigKeys.STATE_DIR),
                models(reader, problems));
        int metrics = config.metrics().enabled() ? config.metrics().port() : 0;
        int control = config.control().enabled() ? config.control().port() : 0;
        requireDistinct(
                reader,
                ConfigKeys.METRICS_PORT,
                metrics,
                ConfigKeys.HTTP_PORT,
                config.http().port());
        requireDistinct(
                reader,
                ConfigKeys.CONTROL_PORT,
                control,
                ConfigKeys.HTTP_PORT,
                config.http().port());
        requireDistinct(reader, ConfigKeys.CONTROL_PORT, control, ConfigKeys.METRICS_PORT, metrics);
        reader.rejectUnknown();
        return config;
    }

    private static HttpConfig http(SettingsReader reader) {
        return new HttpConfig(
                reader.get(ConfigKeys.HTTP_HOST),
                reader.get(ConfigKeys.HTTP_PORT),
                reader.get(ConfigKeys.HTTP_LOOPS),
                reader.get(ConfigKeys.HTTP_MAX_BODY),
                reader.get(ConfigKeys.HTTP_MAX_INFLATED_BODY),
                Math.toIntExact(reader.get(ConfigKeys.HTTP_MAX_HEADERS)),
                reader.get(ConfigKeys.HTTP_MAX_CONNECTIONS),
                reader.get(ConfigKeys.HTTP_IDLE_TIMEOUT),
                reader.get(ConfigKeys.HTTP_READ_TIMEOUT),
                reader.get(ConfigKeys.HTTP_JSON_DEPTH),
                reader.get(ConfigKeys.HTTP_COMPRESSION),
                reader.get(ConfigKeys.HTTP_REPOSITORY_CONTROL));
    }

    private static MetricsConfig metrics(SettingsReader reader) {
        return new MetricsConfig(
                reader.get(ConfigKeys.METRICS_ENABLED),
                reader.get(ConfigKeys.METRICS_HOST),
                reader.get(ConfigKeys.METRICS_PORT));
    }

    private static void requireDistinct(
            SettingsReader reader, Setting<Integer> key, int port, Setting<Integer> otherKey, int other) {
        if (port == 0 || port != other) {
            return;
        }
        String message = "must differ from %s, got " + port + " for both";
        if (!reader.problem(key.key(), message.formatted(otherKey.key()))) {
            reader.problem(otherKey.key(), message.formatted(key.key()));
        }
    }

    private static ControlConfig control(SettingsReader reader, Optional<Secret> token) {
        boolean enabled = reader.get(ConfigKeys.CONTROL_ENABLED);
        String host = reader.get(ConfigKeys.CONTROL_HOST);
        if (enabled && token.isEmpty() && !ControlConfig.isLoopback(host)) {
            reader.problem(
                    ConfigKeys.CONTROL_HOST.key(),
                    "must be a loopback address such as 127.0.0.1 while the environment variable "
                            + ControlConfig.TOKEN_VARIABLE + " is not set, got " + host);
            host = ConfigKeys.CONTROL_HOST.fallback();
        }
        return new ControlConfig(enabled, host, reader.get(ConfigKeys.CONTROL_PORT), token);
    }

    private static InputLogConfig log(SettingsReader reader, Optional<Secret> hashKey) {
        return new InputLogConfig(
                reader.get(ConfigKeys.LOG_FILES),
                reader.get(ConfigKeys.LOG_DIR),
                reader.get(ConfigKeys.LOG_QUEUE_BYTES),
                reader.get(ConfigKeys.LOG_WHEN_FULL),
                reader.get(ConfigKeys.LOG_MAX_RECORD),
                reader.get(ConfigKeys.LOG_FLUSH),
                reader.get(ConfigKeys.LOG_SYNC),
                reader.get(ConfigKeys.LOG_WINDOW),
                reader.get(ConfigKeys.LOG_SEGMENT_BYTES),
                reader.get(ConfigKeys.LOG_SEGMENT_TIME),
                reader.get(ConfigKeys.LOG_ROTATED),
                reader.get(ConfigKeys.LOG_KEEP_BYTES),
                reader.get(ConfigKeys.LOG_EVENTS_URL),
                reader.get(ConfigKeys.LOG_EVENTS_BATCH),
                reader.get(ConfigKeys.LOG_EVENTS_TIMEOUT),
                hashKey);
    }

    private static LimitsConfig limits(SettingsReader reader) {
        long tensorMemory = reader.get(ConfigKeys.LIMITS_TENSOR_MEMORY);
        if (tensorMemory > 0 && tensorMemory < LimitsConfig.TENSOR_MEMORY_BYTES_MIN) {
            reader.problem(
                    ConfigKeys.LIMITS_TENSOR_MEMORY.key(),
                    "must be 0 or at least 1MiB, got " + tensorMemory + " bytes");
        }
        return new LimitsConfig(
                reader.get(ConfigKeys.LIMITS_CONCURRENT_REQUESTS),
                tensorMemory,
                reader.get(ConfigKeys.LIMITS_REQUEST_TIMEOUT),
                reader.get(ConfigKeys.LIMITS_MODEL_MEMORY),
                gpuMemory(reader));
    }

    private static Map<Device, Long> gpuMemory(SettingsReader reader) {
        Map<Device, Long> bytes = new HashMap<>();
        reader.getMerged(ConfigKeys.LIMITS_GPU_MEMORY).forEach((name, limit) -> {
            try {
                Device device = Device.parse(name);
                if (device.type() != Device.Type.CPU) {
                    bytes.put(device, limit);
                    return;
                }
            } catch (IllegalArgumentException e) {
                // Told below, with the place.
            }
            reader.problem(ConfigKeys.LIMITS_GPU_MEMORY.key(), "must have devices such as cuda:0 as keys, got " + name);
        });
        return bytes;
    }

    /** Models are read here only to find what is wrong; the repository reads them again above each model's own files. */
    private static Map<String, List<SettingsLayer>> models(SettingsReader reader, Problems problems) {
        Map<String, List<SettingsLayer>> models = reader.children("models");
        models.forEach((name, layers) -> ModelSettings.read(layers, problems));
        return models;
    }
}
