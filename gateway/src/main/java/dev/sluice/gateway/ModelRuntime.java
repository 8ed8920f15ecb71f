package dev.sluice.gateway;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.canary.monitor.profile.ProfileChecks;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.DeviceThreads;
import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.lifecycle.DevicePolicy;
import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.repository.FolderModelRepository;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.transform.TransformObserver;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.loader.transform.djl.DjlTransformOpener;
import dev.sluice.loader.transform.image.DecodeBudget;
import dev.sluice.loader.verify.CompatibleSignature;
import dev.sluice.loader.verify.Gate;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Everything that finds, loads and runs models: what serving and checking have in common.
 *
 * <p>Threading: thread-safe.
 */
final class ModelRuntime implements AutoCloseable {
    private static final int TRANSFORMS_WAITING_MAX = 1024;
    private static final int IMAGES_SHARE_OF_HEAP = 4;

    private final FolderModelRepository repository;
    private final PendingRuntime pending;
    private final DeviceThreads threads;
    private final TransformThreads transforms;
    private final ModelManager models;
    private List<ModelDefinition> definitions = List.of();

    /**
     * Waits for the native runtime and puts the rest around it.
     *
     * @param stageObserver told of the requests of each version
     * @throws GatewayStartException if the native runtime cannot be had
     */
    ModelRuntime(GatewayConfig config, PendingRuntime pending, Function<ModelKey, StageObserver> stageObserver) {
        this.pending = pending;
        OnnxModelLoader loader = pending.await();
        repository = new FolderModelRepository(config.repository(), config.modelName(), config.models());
        InferenceThreads cpuThreads = InferenceThreads.start(
                config.inference().threadsFor(Runtime.getRuntime().availableProcessors()));
        threads = new DeviceThreads(cpuThreads, config.inference().gpuThreads());
        transforms = TransformThreads.start(Runtime.getRuntime().availableProcessors(), TRANSFORMS_WAITING_MAX);
        models = new ModelManager(
                loader,
                new Gate(
                        List.of(loader.fileSafety()),
                        List.of(new CompatibleSignature(), ProfileChecks.features()),
                        List.of(ProfileChecks.golden())),
                new DjlTransformOpener(
                        pending.pool(),
                        pending::libraries,
                        new DecodeBudget(Runtime.getRuntime().maxMemory() / IMAGES_SHARE_OF_HEAP)),
                new BatchResources(pending.pool(), cpuThreads, NanoClock.system(), InstantSource.system()),
                new ResourceBudget(
                        config.limits()
                                .modelMemoryBytesFor(
                                        machineBytes(), Runtime.getRuntime().maxMemory()),
                        NanoClock.system()),
                new DevicePolicy(threads::of, config.inference().gpuRowsMax()),
                config.inference().loadThreads(),
                stageObserver);
    }

    /** Memory that this process may use; the JVM knows a container's limit. */
    private static long machineBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /**
     * Finds all models and loads their versions; blocks until each is ready or has failed.
     *
     * @throws dev.sluice.loader.repository.RepositoryException if a repository folder cannot be read
     */
    List<LoadReport> load(StartupListener listener) {
        definitions = repository.scan();
        List<String> warnings = new ArrayList<>(repository.unmatchedSettings(definitions));
        int versions = 0;
        for (ModelDefinition definition : definitions) {
            versions += definition.versions().size();
            warnings.addAll(definition.warnings());
            warnings.addAll(definition.problems());
        }
        listener.found(definitions.size(), versions, warnings);
        models.addListener(event -> tell(listener, event));
        return models.reconcile(definitions).toCompletableFuture().join();
    }

    /** Tells of a version that is ready or has failed, as soon as it is known. */
    private void tell(StartupListener listener, ModelEvent event) {
        ServingSnapshot snapshot = models.snapshot();
        if (event.state() == ModelState.READY) {
            ReadyVersion version = snapshot.ready(event.key());
            if (version != null) {
                listener.ready(version);
            }
        } else if (event.state() == ModelState.QUARANTINED) {
            VersionStatus status = snapshot.status(event.key());
            listener.failed(event.key(), status == null ? "load" : status.step(), event.reason());
        }
    }

    /**
     * Runs requests of any version.
     *
     * @param observer told how long transforms take
     */
    ModelRunner runner(TransformObserver observer) {
        return new ModelRunner(transforms, observer, NanoClock.system());
    }

    TransformThreads transforms() {
        return transforms;
    }

    List<ModelDefinition> definitions() {
        return definitions;
    }

    ModelManager models() {
        return models;
    }

    TensorPool pool() {
        return pending.pool();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    void close(Duration timeout) {
        models.close(timeout);
        transforms.close();
        threads.close();
    }
}
