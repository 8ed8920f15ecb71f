package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.RuntimeOptions.ExecutionMode;
import dev.sluice.model.ModelKey;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions as {@link RuntimeOptions} say.
 *
 * <p>Threads chosen for 0: one inside an operator, because several callers run one session at once and their runs fill the
 * CPUs better than several threads fill one run; over operators, where that is asked for, one a CPU.
 *
 * <p>Threading: thread-safe; blocking.
 */
final class SessionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionFactory.class);

    private static final String STEP = "session";
    private static final String EXTERNAL_DATA_FOLDER = "session.model_external_initializers_file_folder_path";

    private final OrtEnvironment environment;
    private final int cpuCount;

    /**
     * @param cpuCount CPUs that this process may use, 1 or more
     */
    SessionFactory(OrtEnvironment environment, int cpuCount) {
        this.environment = environment;
        this.cpuCount = cpuCount;
    }

    /**
     * Opens a file, or its edited content.
     *
     * @param edited the whole model where it had to be changed, else null
     * @throws ModelLoadException step {@code session} or {@code device}
     */
    OpenSession open(ModelKey key, OnnxFile file, byte @Nullable [] edited, RuntimeOptions options)
            throws ModelLoadException {
        try {
            return open(file, edited, options, options.device(), options.providers());
        } catch (ModelLoadException e) {
            if (!options.fallbackToCpu() || !e.step().equals("device")) {
                throw e;
            }
            LOG.warn(
                    "event=device_fallback model={} version={} wanted={} used=cpu reason=\"{}\"",
                    key.name(),
                    key.version(),
                    options.device(),
                    e.getMessage());
            List<RuntimeOptions.Provider> others = options.providers().stream()
                    .filter(provider ->
                            !provider.name().equals("cuda") && !provider.name().equals("tensorrt"))
                    .toList();
            return open(file, edited, options, Device.CPU, others);
        }
    }

    private OpenSession open(
            OnnxFile file,
            byte @Nullable [] edited,
            RuntimeOptions options,
            Device device,
            List<RuntimeOptions.Provider> providers)
            throws ModelLoadException {
        SessionOptions sessionOptions = new SessionOptions();
        RunOptions runOptions = null;
        boolean opened = false;
        try {
            apply(sessionOptions, options);
            if (edited != null && file.hasExternalData()) {
                sessionOptions.addConfigEntry(
                        EXTERNAL_DATA_FOLDER, file.folder().toString());
            }
            ExecutionProviders.add(sessionOptions, device, providers);
            runOptions = runOptions(options, device);
            OrtSession session = edited == null
                    ? environment.createSession(file.path().toString(), sessionOptions)
                    : environment.createSession(edited, sessionOptions);
            opened = true;
            return new OpenSession(session, sessionOptions, runOptions, device, options.profilePath() != null);
        } catch (OrtException e) {
            throw failure(device, e);
        } finally {
            if (!opened) {
                if (runOptions != null) {
                    runOptions.close();
                }
                sessionOptions.close();
            }
        }
    }

    private static ModelLoadException failure(Device device, OrtException e) {
        if (device.type() == Device.Type.CUDA && RuntimeErrors.isAboutCuda(e)) {
            return new ModelLoadException(
                    "device", "device " + device + " cannot be used: " + RuntimeErrors.oneLine(e), e);
        }
        return new ModelLoadException(STEP, "ONNX Runtime cannot open the model: " + RuntimeErrors.oneLine(e), e);
    }

    private void apply(SessionOptions target, RuntimeOptions options) throws OrtException {
        boolean parallel = options.executionMode() == ExecutionMode.PARALLEL;
        // Some exporters declare an output's shape wrongly, which at the level below would be one line a request.
        target.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        target.setIntraOpNumThreads(options.intraOpThreads() == 0 ? 1 : options.intraOpThreads());
        target.setInterOpNumThreads(interOpThreads(options, parallel));
        target.setExecutionMode(
                parallel ? SessionOptions.ExecutionMode.PARALLEL : SessionOptions.ExecutionMode.SEQUENTIAL);
        target.setOptimizationLevel(
                switch (options.graphOptimization()) {
                    case OFF -> SessionOptions.OptLevel.NO_OPT;
                    case BASIC -> SessionOptions.OptLevel.BASIC_OPT;
                    case EXTENDED -> SessionOptions.OptLevel.EXTENDED_OPT;
                    case ALL -> SessionOptions.OptLevel.ALL_OPT;
                });
        target.setCPUArenaAllocator(options.memoryArena());
        // The runtime plans memory for one order of operators only.
        target.setMemoryPatternOptimization(options.memoryPattern() && !parallel);
        Path optimized = options.optimizedModelPath();
        if (optimized != null) {
            target.setOptimizedModelFilePath(optimized.toString());
        }
        Path profile = options.profilePath();
        if (profile != null) {
            target.enableProfiling(profile.toString());
        }
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
        entries.put("session.inter_op.allow_spinning", options.spinning() ? "1" : "0");
        entries.putAll(options.sessionEntries());
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            target.addConfigEntry(entry.getKey(), entry.getValue());
        }
    }

    private int interOpThreads(RuntimeOptions options, boolean parallel) {
        if (options.interOpThreads() > 0) {
            return options.interOpThreads();
        }
        return parallel ? cpuCount : 1;
    }

    private static RunOptions runOptions(RuntimeOptions options, Device device) throws OrtException {
        RunOptions runOptions = new RunOptions();
        boolean complete = false;
        try {
            // A failed run throws, with the same text; and some exporters declare an output's shape wrongly, which
            // would be
            // one warning a request.
            runOptions.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (options.arenaShrinkage() && options.memoryArena()) {
                runOptions.addRunConfigEntry(
                        "memory.enable_memory_arena_shrinkage",
                        device.type() == Device.Type.CUDA ? "cpu:0;gpu:" + device.index() : "cpu:0");
            }
            complete = true;
            return runOptions;
        } finally {
            if (!complete) {
                runOptions.close();
            }
        }
    }
}
