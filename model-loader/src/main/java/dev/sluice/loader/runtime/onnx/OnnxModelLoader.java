package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.TensorInfo;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.FileCheck;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorPool;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Opens ONNX files with ONNX Runtime.
 *
 * <p>Steps of a load, as {@link ModelLoadException#step} names them: {@code read} (is it a whole ONNX file), {@code graph}
 * (can tensors express its inputs and outputs), {@code session} (does the runtime take it with these options), {@code device}
 * (is the device there).
 *
 * <p>Threading: thread-safe. Blocking; call on a load thread.
 */
public final class OnnxModelLoader implements ModelLoader {
    private static final OrtLoggingLevel LOGGING_LEVEL = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private static final String ENVIRONMENT_NAME = "sluice";

    /** The protocol's name for ONNX files run by ONNX Runtime. */
    static final String PLATFORM = "onnx_onnxv1";

    /*
     * Upper bound of a session's memory, from what the runtime keeps of each byte of the file:
     *   weights  3 x: the parsed file while it opens, the tensors made of them, and the re-packed copy that matrix products
     *            and convolutions keep (weights in external files are not parsed, so they stay below the bound)
     *   the rest 6 x: nodes and attributes grow when they are parsed; a tree ensemble takes about 30 bytes a node in the file
     *            and 110 as attributes and once more 24 as the tree that is walked
     *   a base   for what a session has anyway: thread pool, kernels, first chunk of the arena
     * Memory that runs take (activations) depends on the batch and is not part of it.
     */
    private static final long WEIGHT_FACTOR = 3;
    private static final long NODE_FACTOR = 6;
    private static final long BASE_BYTES = 16L << 20;

    private final TensorPool pool;
    private final NativeTensors natives;
    private final SessionFactory sessions;
    private final SafetyLimits limits;
    /**
     * What has just been read: mostly the file that is loaded next, and reading it again takes time. Where it is not loaded,
     * because it is refused in between, the memory it takes is given back when it is needed.
     */
    private final AtomicReference<@Nullable SoftReference<OnnxFile>> lastRead = new AtomicReference<>();

    /**
     * Starts the runtime. There is one per process: a second loader shares it with the first.
     *
     * @param pool memory for outputs
     * @param cpuCount CPUs that this process may use, 1 or more; {@code Runtime.availableProcessors} knows container quotas
     * @param telemetryDisabled whether {@code ORT_DISABLE_TELEMETRY=1} was in the environment when the JVM started
     * @throws IllegalStateException if it was not, or if the runtime lacks what {@code NativeTensors} needs
     */
    public OnnxModelLoader(TensorPool pool, int cpuCount, boolean telemetryDisabled) {
        this(
                pool,
                cpuCount,
                telemetryDisabled,
                SafetyLimits.forHeap(Runtime.getRuntime().maxMemory()));
    }

    OnnxModelLoader(TensorPool pool, int cpuCount, boolean telemetryDisabled, SafetyLimits limits) {
        if (cpuCount < 1) {
            throw new IllegalArgumentException("cpu count must be 1 or greater, got " + cpuCount);
        }
        if (!telemetryDisabled) {
            throw new IllegalStateException("ORT_DISABLE_TELEMETRY=1 must be in the environment before the JVM starts:"
                    + " without it ONNX Runtime sends usage data, and kills the process when the command line is long");
        }
        this.pool = pool;
        this.limits = limits;
        OrtEnvironment environment = OrtEnvironment.getEnvironment(LOGGING_LEVEL, ENVIRONMENT_NAME);
        HeldEnvironment.hold(environment, LOGGING_LEVEL, ENVIRONMENT_NAME);
        try {
            environment.setTelemetry(false);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses to switch its telemetry off", e);
        }
        natives = new NativeTensors(environment);
        sessions = new SessionFactory(environment, cpuCount);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Three times the weights, six times the rest of the file, and 16 MiB.
     */
    @Override
    public long estimateBytes(Path modelFile) throws ModelLoadException {
        OnnxFile file = read(modelFile);
        remember(file);
        return WEIGHT_FACTOR * (file.weightBytes() + file.externalBytes())
                + NODE_FACTOR * (file.size() - file.weightBytes())
                + BASE_BYTES;
    }

    /**
     * The check of a version's files that belongs before this loader opens them, and spares it reading the model again.
     *
     * @param retry repeats reads that fail
     */
    public FileCheck fileSafety(ReadRetry retry) {
        return new FileSafety(limits, retry, this::remember);
    }

    @Override
    public ServableModel load(ModelKey key, Path modelFile, RuntimeOptions options) throws ModelLoadException {
        OnnxFile file = read(modelFile);
        OnnxGraph graph = OnnxGraph.of(file.outline());
        OpenSession open = sessions.open(key, file, GraphEdit.edited(file, graph, limits), options);
        boolean complete = false;
        try {
            List<GraphTensor> outputs = withInferredShapes(graph.outputs(), open);
            Map<String, OutputPlan> plans = new HashMap<>();
            for (GraphTensor output : outputs) {
                boolean computed = graph.computed().contains(output.name());
                plans.put(output.name(), new OutputPlan(output, graph.inputs(), computed));
            }
            ModelSignature signature = new ModelSignature(
                    PLATFORM,
                    graph.inputs().stream().map(GraphTensor::spec).toList(),
                    outputs.stream().map(GraphTensor::spec).toList(),
                    graph.labels());
            boolean characterOperators = ModifiedUtf8Constants.readCharacters(file.outline());
            complete = true;
            return new OnnxServableModel(key, signature, plans, characterOperators, open, natives, pool);
        } catch (OrtException e) {
            throw new ModelLoadException("session", RuntimeErrors.oneLine(e), e);
        } catch (IllegalArgumentException e) {
            throw new ModelLoadException("graph", String.valueOf(e.getMessage()), e);
        } finally {
            if (!complete) {
                open.close();
            }
        }
    }

    private void remember(OnnxFile file) {
        lastRead.set(new SoftReference<>(file));
    }

    /** Whether a file that was read is kept. */
    boolean remembers() {
        return lastRead.get() != null;
    }

    /** The file as it was just read, or read now; forgets it either way, so that a load that fails leaves nothing behind. */
    private OnnxFile read(Path modelFile) throws ModelLoadException {
        SoftReference<OnnxFile> kept = lastRead.getAndSet(null);
        OnnxFile last = kept == null ? null : kept.get();
        return last != null && last.path().equals(modelFile) && last.isCurrent()
                ? last
                : OnnxFile.read(modelFile, limits);
    }

    /** Takes shapes that the file leaves out from the runtime, which infers them where it can. */
    private static List<GraphTensor> withInferredShapes(List<GraphTensor> outputs, OpenSession open)
            throws OrtException {
        if (outputs.stream().allMatch(GraphTensor::rankKnown)) {
            return outputs;
        }
        Map<String, NodeInfo> inferred = open.session().getOutputInfo();
        List<GraphTensor> complete = new ArrayList<>();
        for (GraphTensor output : outputs) {
            NodeInfo node = inferred.get(output.name());
            // An unknown rank looks like a scalar here, so only a rank of 1 or more says something.
            boolean known = !output.rankKnown()
                    && node != null
                    && node.getInfo() instanceof TensorInfo info
                    && info.getShape().length > 0;
            complete.add(
                    known && node != null && node.getInfo() instanceof TensorInfo info
                            ? GraphTensor.unnamed(output.name(), output.dataType(), Shape.of(info.getShape()))
                            : output);
        }
        return List.copyOf(complete);
    }
}
