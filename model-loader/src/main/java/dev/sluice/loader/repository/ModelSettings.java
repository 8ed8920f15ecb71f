package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.VersionSelector;
import dev.sluice.settings.Problems;
import dev.sluice.settings.Setting;
import dev.sluice.settings.SettingsLayer;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.ValueTypes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What operators may set for one model: in {@code model.yaml}, and under {@code models.NAME} in {@code sluice.yaml}.
 *
 * <p>Threading: immutable.
 *
 * @param name of a model that is a repository folder itself; empty when not given
 * @param modelFile name of the ONNX file in each version's folder; empty when not given
 * @param config everything else
 */
public record ModelSettings(Optional<String> name, Optional<String> modelFile, ModelConfig config) {
    /** Most rows that a queue may be allowed to hold. */
    static final int QUEUE_ROWS_MAX = 10_000_000;

    private enum DeviceFallback {
        NONE,
        CPU
    }

    private static final ServingConfig SERVING = ServingConfig.DEFAULT;
    private static final GateConfig GATE = GateConfig.DEFAULT;
    private static final BreakerConfig BREAKER = BreakerConfig.DEFAULT;

    private static final BatchingConfig BATCHING = BatchingConfig.DEFAULT;
    private static final RuntimeOptions RUNTIME = RuntimeOptions.DEFAULT;

    private static final Setting<Optional<String>> NAME = new Setting<>(
            "name",
            ValueTypes.text().orNone(),
            Optional.empty(),
            "Name of the model where a repository folder is the model itself; elsewhere the folder's name counts");
    private static final Setting<Optional<String>> MODEL_FILE = new Setting<>(
            "model-file",
            ModelValues.fileName().orNone(),
            Optional.empty(),
            "ONNX file in each version's folder; by default `model.onnx`, or the only `*.onnx` there");
    private static final Setting<VersionPolicy> VERSIONS =
            new Setting<>("versions", ModelValues.versions(), VersionPolicy.newest(), "Which versions are served");
    private static final Setting<BatchingConfig.Mode> BATCHING_ENABLED = new Setting<>(
            "batching.enabled",
            ModelValues.batchingMode(),
            BATCHING.mode(),
            "Whether requests are joined; `auto`: when a comparison at load proves that rows do not change each other");
    private static final Setting<Integer> MAX_BATCH_SIZE = new Setting<>(
            "batching.max-batch-size",
            ValueTypes.integer(1, BatchingConfig.ROWS_MAX).showing(0, "chosen"),
            BATCHING.maxRows(),
            "Most rows of one run");
    private static final Setting<Integer> QUEUE_ROWS = new Setting<>(
            "batching.queue-rows",
            ValueTypes.integer(1, QUEUE_ROWS_MAX),
            BATCHING.queueRowsMax(),
            "Most rows that may wait; more are refused");
    private static final Setting<Long> QUEUE_BYTES = new Setting<>(
            "batching.queue-bytes",
            ValueTypes.bytes(1 << 10, 1L << 40),
            BATCHING.queueBytesMax(),
            "Most bytes of inputs that may wait; more are refused");
    private static final Setting<BatchingConfig.Execution> BATCHING_EXECUTION = new Setting<>(
            "batching.execution",
            ValueTypes.word(BatchingConfig.Execution.class),
            BATCHING.execution(),
            "Where batches run: on the event loop, or on inference threads; `auto`: by what a run costs");
    private static final Setting<Integer> PARALLEL_RUNS = new Setting<>(
            "batching.parallel-runs",
            ValueTypes.integer(1, BatchingConfig.PARALLEL_RUNS_MAX).showing(0, "chosen"),
            BATCHING.parallelRuns(),
            "Most runs at once; never more than there are inference threads");
    private static final Setting<Integer> CELLS_MAX = new Setting<>(
            "batching.cells-max",
            ValueTypes.integer(1, LengthConfig.CELLS_MAX).showing(0, "chosen"),
            BATCHING.lengths().cellsMax(),
            "Most cells (rows times the longest of their lengths) of one run, where the length of rows varies");
    private static final Setting<Double> WASTE_MAX = new Setting<>(
            "batching.waste-max",
            ModelValues.fraction(LengthConfig.WASTE_MAX),
            BATCHING.lengths().wasteMax(),
            "Most of a run's cells that may be padding");
    private static final Setting<PaddingConfig> PADDING = new Setting<>(
            "batching.padding",
            ModelValues.padding(),
            BATCHING.lengths().padding(),
            "Which input masks padding, and what the others are padded with, so that rows of different lengths share"
                    + " a run; `auto`: the input `" + PaddingConfig.MASK_BY_CONVENTION + "`, if there is one");
    private static final Setting<Device> DEVICE = new Setting<>(
            "device",
            ValueTypes.parsed("cpu, cuda, cuda:N", "must be cpu or cuda:N", Device::parse, Device::toString),
            RUNTIME.device(),
            "Where it runs; `cuda` is the first GPU");
    private static final Setting<DeviceFallback> DEVICE_FALLBACK = new Setting<>(
            "device-fallback",
            ValueTypes.word(DeviceFallback.class),
            DeviceFallback.NONE,
            "What takes over where the device is missing");
    private static final Setting<Integer> INTRA_OP = new Setting<>(
            "threads.intra-op",
            ValueTypes.integer(0, 1024),
            RUNTIME.intraOpThreads(),
            "Threads inside one operator; 0 = chosen from the CPU quota");
    private static final Setting<Integer> INTER_OP = new Setting<>(
            "threads.inter-op",
            ValueTypes.integer(0, 1024),
            RUNTIME.interOpThreads(),
            "Threads over operators, used with `execution: parallel`; 0 = chosen");
    private static final Setting<Boolean> SPINNING = new Setting<>(
            "spinning", ValueTypes.bool(), RUNTIME.spinning(), "Whether idle runtime threads burn CPU while they wait");
    private static final Setting<RuntimeOptions.GraphOptimization> GRAPH = new Setting<>(
            "graph-optimization",
            ValueTypes.word(RuntimeOptions.GraphOptimization.class),
            RUNTIME.graphOptimization(),
            "How far the graph is rewritten at load");
    private static final Setting<RuntimeOptions.ExecutionMode> EXECUTION = new Setting<>(
            "execution",
            ValueTypes.word(RuntimeOptions.ExecutionMode.class),
            RUNTIME.executionMode(),
            "Operators one after the other, or independent ones at once");
    private static final Setting<Boolean> ARENA = new Setting<>(
            "memory.arena", ValueTypes.bool(), RUNTIME.memoryArena(), "Whether freed memory is kept for the next run");
    private static final Setting<Boolean> SHRINKAGE = new Setting<>(
            "memory.arena-shrinkage",
            ValueTypes.bool(),
            RUNTIME.arenaShrinkage(),
            "Whether the arena gives memory back after each run");
    private static final Setting<Boolean> PATTERN = new Setting<>(
            "memory.pattern",
            ValueTypes.bool(),
            RUNTIME.memoryPattern(),
            "Whether the allocation plan of one run is reused by the next of equal shapes");
    private static final Setting<List<RuntimeOptions.Provider>> PROVIDERS = new Setting<>(
            "providers",
            ModelValues.providers(),
            RUNTIME.providers(),
            "Execution providers in order of preference, before the CPU's own; options pass through");
    private static final Setting<Map<String, String>> SESSION_OPTIONS = new Setting<>(
            "session-options",
            ValueTypes.map(ValueTypes.text()),
            RUNTIME.sessionEntries(),
            "Further session configuration entries of ONNX Runtime; pass through");
    private static final Setting<Optional<Path>> SAVED_MODEL = new Setting<>(
            "save-optimized-model",
            ValueTypes.path().orNone(),
            Optional.empty(),
            "Where the optimised graph is saved; relative to the working directory");
    private static final Setting<Optional<Path>> PROFILE = new Setting<>(
            "profile",
            ValueTypes.path().orNone(),
            Optional.empty(),
            "Prefix of a profiling file of the runtime; relative to the working directory");
    private static final Setting<List<String>> FEATURES = new Setting<>(
            "features",
            ModelValues.features(),
            ModelConfig.DEFAULT.features(),
            "Names of the columns of the model's only input, in order");
    private static final Setting<Map<String, List<String>>> LABELS = new Setting<>(
            "labels",
            ModelValues.labels(),
            ModelConfig.DEFAULT.labels(),
            "Class labels by output name; add to and override those in the model file");
    private static final Setting<Boolean> ON_DEMAND = new Setting<>(
            "on-demand",
            ValueTypes.bool(),
            SERVING.onDemand(),
            "Whether versions are loaded when they are first asked for, and may be evicted where memory is short");
    private static final Setting<Integer> KEEP_PREVIOUS = new Setting<>(
            "keep-previous",
            ValueTypes.integer(0, ServingConfig.KEEP_PREVIOUS_MAX),
            SERVING.keepPrevious(),
            "How many versions stay loaded behind the newest, so that a rollback takes effect at once; they go first where"
                    + " memory is short");
    private static final Setting<Optional<VersionSelector>> FALLBACK = new Setting<>(
            "fallback",
            ModelValues.version().orNone(),
            SERVING.fallback(),
            "Version or label that answers while the circuit breaker of another version is open");
    private static final Setting<Boolean> BREAKER_ENABLED = new Setting<>(
            "breaker.enabled",
            ValueTypes.bool(),
            BREAKER.enabled(),
            "Whether a version that fails again and again is taken out for a while");
    private static final Setting<Integer> BREAKER_WINDOW = new Setting<>(
            "breaker.window",
            ValueTypes.integer(1, BreakerConfig.WINDOW_MAX),
            BREAKER.window(),
            "How many of a version's last answers and failures count");
    private static final Setting<Integer> BREAKER_MINIMUM_CALLS = new Setting<>(
            "breaker.minimum-calls",
            ValueTypes.integer(1, BreakerConfig.WINDOW_MAX),
            BREAKER.minimumCalls(),
            "Fewer than this many decide nothing; at most `breaker.window`");
    private static final Setting<Integer> BREAKER_FAILURE_PERCENT = new Setting<>(
            "breaker.failure-percent",
            ValueTypes.integer(1, 100),
            BREAKER.failurePercent(),
            "A version is taken out when at least so many percent of them are failures");
    private static final Setting<Duration> BREAKER_PAUSE = new Setting<>(
            "breaker.pause",
            ValueTypes.duration(BreakerConfig.PAUSE_MIN, BreakerConfig.PAUSE_MAX),
            BREAKER.pause(),
            "How long it is out before it is tried again");
    private static final Setting<Integer> BREAKER_TRIAL_CALLS = new Setting<>(
            "breaker.trial-calls",
            ValueTypes.integer(1, BreakerConfig.WINDOW_MAX),
            BREAKER.trialCalls(),
            "How many requests try it then; as many as `breaker.minimum-calls` decide, where that is less");
    private static final Setting<Boolean> REQUIRE_MANIFEST = new Setting<>(
            "require-manifest",
            ValueTypes.bool(),
            GATE.requireManifest(),
            "Whether a version without `manifest.json` is refused");
    private static final Setting<Boolean> REQUIRE_GOLDEN = new Setting<>(
            "require-golden",
            ValueTypes.bool(),
            GATE.requireGolden(),
            "Whether a version without golden rows from its training side is refused");
    private static final Setting<GateConfig.SignatureRule> SIGNATURE = new Setting<>(
            "signature",
            ValueTypes.word(GateConfig.SignatureRule.class),
            GATE.signature(),
            "How a version's inputs and outputs may differ from those of the version that serves; `compatible`: callers"
                    + " of the old one can call the new one");

    /** Every key with its default and meaning, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return Stream.of(own(), TransformSettings.all(), MonitoringSettings.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Setting<?>> own() {
        return List.of(
                VERSIONS,
                BATCHING_ENABLED,
                MAX_BATCH_SIZE,
                QUEUE_ROWS,
                QUEUE_BYTES,
                BATCHING_EXECUTION,
                PARALLEL_RUNS,
                CELLS_MAX,
                WASTE_MAX,
                PADDING,
                DEVICE,
                DEVICE_FALLBACK,
                INTRA_OP,
                INTER_OP,
                SPINNING,
                GRAPH,
                EXECUTION,
                ARENA,
                SHRINKAGE,
                PATTERN,
                PROVIDERS,
                SESSION_OPTIONS,
                SAVED_MODEL,
                PROFILE,
                FEATURES,
                LABELS,
                ON_DEMAND,
                KEEP_PREVIOUS,
                FALLBACK,
                BREAKER_ENABLED,
                BREAKER_WINDOW,
                BREAKER_MINIMUM_CALLS,
                BREAKER_FAILURE_PERCENT,
                BREAKER_PAUSE,
                BREAKER_TRIAL_CALLS,
                REQUIRE_MANIFEST,
                REQUIRE_GOLDEN,
                SIGNATURE,
                MODEL_FILE,
                NAME);
    }

    /**
     * Reads one model's settings, unknown keys included in the problems.
     *
     * @param layers highest precedence first
     */
    public static ModelSettings read(List<SettingsLayer> layers, Problems problems) {
        SettingsReader reader = new SettingsReader(layers, problems);
        BatchingConfig batching = new BatchingConfig(
                reader.get(BATCHING_ENABLED),
                reader.get(MAX_BATCH_SIZE),
                reader.get(QUEUE_ROWS),
                reader.get(QUEUE_BYTES),
                reader.get(BATCHING_EXECUTION),
                reader.get(PARALLEL_RUNS),
                new LengthConfig(reader.get(CELLS_MAX), reader.get(WASTE_MAX), reader.get(PADDING)));
        RuntimeOptions runtime = new RuntimeOptions(
                reader.get(DEVICE),
                reader.get(DEVICE_FALLBACK) == DeviceFallback.CPU,
                reader.get(INTRA_OP),
                reader.get(INTER_OP),
                reader.get(SPINNING),
                reader.get(GRAPH),
                reader.get(EXECUTION),
                reader.get(ARENA),
                reader.get(SHRINKAGE),
                reader.get(PATTERN),
                reader.get(PROVIDERS),
                reader.getMerged(SESSION_OPTIONS),
                reader.get(SAVED_MODEL).orElse(null),
                reader.get(PROFILE).orElse(null));
        ModelConfig config = new ModelConfig(
                reader.get(VERSIONS),
                batching,
                runtime,
                reader.get(FEATURES),
                reader.getMerged(LABELS),
                new ServingConfig(reader.get(ON_DEMAND), reader.get(KEEP_PREVIOUS), reader.get(FALLBACK)),
                new GateConfig(reader.get(REQUIRE_MANIFEST), reader.get(REQUIRE_GOLDEN), reader.get(SIGNATURE)),
                breaker(reader),
                TransformSettings.read(reader),
                MonitoringSettings.read(reader));
        ModelSettings settings = new ModelSettings(reader.get(NAME), reader.get(MODEL_FILE), config);
        reader.rejectUnknown();
        return settings;
    }

    private static BreakerConfig breaker(SettingsReader reader) {
        int window = reader.get(BREAKER_WINDOW);
        int minimumCalls = reader.get(BREAKER_MINIMUM_CALLS);
        if (minimumCalls > window) {
            // Not set, it follows a smaller window.
            reader.problem(
                    BREAKER_MINIMUM_CALLS.key(),
                    "must be between 1 and the window of " + window + ", got " + minimumCalls);
            minimumCalls = window;
        }
        return new BreakerConfig(
                reader.get(BREAKER_ENABLED),
                window,
                minimumCalls,
                reader.get(BREAKER_FAILURE_PERCENT),
                reader.get(BREAKER_PAUSE),
                reader.get(BREAKER_TRIAL_CALLS));
    }
}
