package dev.sluice.gateway;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.canary.inputlog.redaction.LogRulesCheck;
import dev.sluice.canary.monitor.profile.ProfileChecks;
import dev.sluice.canary.monitor.validation.ValidationCheck;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.validation.Validators;
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
import dev.sluice.loader.repository.ModelRepository;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.repository.RepositoryScan;
import dev.sluice.loader.repository.RepositoryWatcher;
import dev.sluice.loader.repository.Settling;
import dev.sluice.loader.repository.WatchMode;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.transform.TransformObserver;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.loader.transform.djl.DjlTransformOpener;
import dev.sluice.loader.transform.image.DecodeBudget;
import dev.sluice.loader.verify.CompatibleSignature;
import dev.sluice.loader.verify.Gate;
import dev.sluice.loader.verify.ManifestCheck;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that finds, loads and runs models: what serving and checking have in common.
 *
 * <p>Threading: thread-safe.
 */
final class ModelRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRuntime.class);
    private static final int TRANSFORMS_WAITING_MAX = 1024;
    private static final int IMAGES_SHARE_OF_HEAP = 4;

    private final FolderModelRepository repository;
    private final PendingRuntime pending;
    private final DeviceThreads threads;
    private final TransformThreads transforms;
    private final DecodeBudget images;
    private final ModelManager models;
    private final ReadRetry retry = new ReadRetry();
    private final Validators validators = new Validators();
    private final GatewayConfig config;
    private volatile List<ModelDefinition> found = List.of();
    private volatile @Nullable RepositoryWatcher watcher;

    /**
     * Waits for the native runtime and puts the rest around it.
     *
     * @param stageObserver told of the requests of each version
     * @throws GatewayStartException if the native runtime cannot be had
     */
    ModelRuntime(GatewayConfig config, PendingRuntime pending, Function<ModelKey, StageObserver> stageObserver) {
        this.config = config;
        this.pending = pending;
        OnnxModelLoader loader = pending.await();
        repository = new FolderModelRepository(
                config.repository(),
                config.modelName(),
                config.models(),
                new Settling(config.watch().settle(), NanoClock.system(), InstantSource.system()),
                retry);
        InferenceThreads cpuThreads = InferenceThreads.start(
                config.inference().threadsFor(Runtime.getRuntime().availableProcessors()));
        threads = new DeviceThreads(cpuThreads, config.inference().gpuThreads());
        transforms = TransformThreads.start(Runtime.getRuntime().availableProcessors(), TRANSFORMS_WAITING_MAX);
        images = new DecodeBudget(Runtime.getRuntime().maxMemory() / IMAGES_SHARE_OF_HEAP);
        models = new ModelManager(
                loader,
                new Gate(
                        // Files first: to hash what leads out of the folder would be to open it.
                        List.of(loader.fileSafety(retry), new ManifestCheck(retry)),
                        List.of(
                                new CompatibleSignature(),
                                ProfileChecks.features(),
                                new LogRulesCheck(),
                                new ValidationCheck(validators)),
                        List.of(ProfileChecks.golden())),
                new DjlTransformOpener(pending.pool(), pending::libraries, images),
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
     * Finds all models and loads those of their versions that are not loaded on demand; blocks until each is ready or has failed.
     * Waits for versions that are being written at this moment, for as long as it would take them to settle.
     *
     * @param warning something more to say
     * @param merged makes what should be served of what lies in the repository
     * @param before makes of that what served when the server stopped, which is loaded first
     * @throws dev.sluice.loader.repository.RepositoryException if a repository folder cannot be read
     */
    List<LoadReport> load(
            StartupListener listener,
            Optional<String> warning,
            UnaryOperator<List<ModelDefinition>> merged,
            UnaryOperator<List<ModelDefinition>> before) {
        List<ModelDefinition> definitions = find(listener, warning, merged);
        List<ModelDefinition> served = before.apply(definitions);
        if (!served.equals(definitions)) {
            models.reconcile(served).toCompletableFuture().join();
        }
        return models.reconcile(definitions).toCompletableFuture().join();
    }

    /**
     * Loads every version that would serve, also those that are loaded on demand: these one after the other, each closed again
     * before the next, with the others loaded beside them. Otherwise as {@link #load}.
     *
     * @return the reports by key
     */
    List<LoadReport> loadAll(StartupListener listener) {
        List<ModelDefinition> definitions = find(listener, Optional.empty(), UnaryOperator.identity());
        List<ModelDefinition> atOnce = definitions.stream()
                .filter(definition -> !definition.config().serving().onDemand())
                .toList();
        List<LoadReport> reports =
                new ArrayList<>(models.reconcile(atOnce).toCompletableFuture().join());
        LoadsInTurn inTurn = new LoadsInTurn(models, atOnce);
        for (ModelDefinition definition : definitions) {
            if (definition.config().serving().onDemand()) {
                reports.addAll(inTurn.load(definition));
            }
        }
        reports.sort(Comparator.comparing(LoadReport::key));
        return reports;
    }

    /** What lies in the repository, of which {@code listener} is told, now and as it loads. */
    private List<ModelDefinition> find(
            StartupListener listener, Optional<String> warning, UnaryOperator<List<ModelDefinition>> merged) {
        found = settled().definitions();
        List<ModelDefinition> definitions = merged.apply(found);
        List<String> warnings = new ArrayList<>(repository.unmatchedSettings(definitions));
        warning.ifPresent(warnings::add);
        int versions = 0;
        for (ModelDefinition definition : definitions) {
            versions += definition.versions().size();
            warnings.addAll(definition.warnings());
            warnings.addAll(definition.problems());
        }
        listener.found(definitions.size(), versions, warnings);
        models.addListener(event -> tell(listener, event));
        return definitions;
    }

    private RepositoryScan settled() {
        long begin = System.nanoTime();
        Duration most = config.watch().settle();
        RepositoryScan scan = repository.look();
        while (scan.lookAgain().isPresent()) {
            Duration left = most.minusNanos(System.nanoTime() - begin);
            if (left.isNegative()) {
                break;
            }
            pause(scan.lookAgain().get().compareTo(left) < 0 ? scan.lookAgain().get() : left);
            scan = repository.look();
        }
        return scan;
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis() + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * From now on, changes of the repository take effect, unless the configuration says otherwise.
     *
     * @param changed told what lies in the repository, when that has changed; must not block
     */
    void watch(Consumer<List<ModelDefinition>> changed) {
        if (config.watch().mode() != WatchMode.OFF) {
            watcher = RepositoryWatcher.start(
                    config.repository(),
                    config.watch().mode(),
                    config.watch().pollInterval(),
                    () -> look(changed),
                    NanoClock.system(),
                    InstantSource.system());
        }
    }

    /** After what time another look is worth it; empty when nothing is being written. */
    private Optional<Duration> look(Consumer<List<ModelDefinition>> changed) {
        RepositoryScan scan = repository.look();
        if (!scan.definitions().equals(found)) {
            tellProblems(scan.definitions());
            changed.accept(scan.definitions());
            found = scan.definitions(); // only now: what was not taken is told again
        }
        return scan.lookAgain();
    }

    /** Logs what was not wrong before. */
    private void tellProblems(List<ModelDefinition> now) {
        Set<String> known = new HashSet<>();
        found.forEach(definition -> {
            known.addAll(definition.problems());
            known.addAll(definition.warnings());
        });
        for (ModelDefinition definition : now) {
            definition.problems().stream()
                    .filter(line -> !known.contains(line))
                    .forEach(line -> LOG.warn("event=model_unusable {}", line));
            definition.warnings().stream()
                    .filter(line -> !known.contains(line))
                    .forEach(line -> LOG.info("event=model_warning {}", line));
        }
    }

    /**
     * Takes one version that is not published yet through the gate, and closes it again.
     *
     * @param repositoryFolder the folder in which its model's folder lies
     * @throws ModelLoadException with the step and the reason, when it may not serve
     */
    void check(Path repositoryFolder, ModelKey key, Path staged) throws ModelLoadException {
        ModelDefinition definition = repository.staged(repositoryFolder, key, staged);
        if (!definition.problems().isEmpty()) {
            throw new ModelLoadException("configuration", String.join("; ", definition.problems()));
        }
        for (LoadReport report :
                models.reconcile(List.of(definition)).toCompletableFuture().join()) {
            if (!report.ok()) {
                throw new ModelLoadException(report.step(), report.reason());
            }
        }
    }

    /** A figure of the watcher; 0 where there is none. */
    double watched(ToDoubleFunction<RepositoryWatcher> figure) {
        RepositoryWatcher current = watcher;
        return current == null ? 0 : figure.applyAsDouble(current);
    }

    /** How often a read of the repository was tried again. */
    long readRetries() {
        return retry.retries();
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

    /** Heap for images while they are decoded. */
    DecodeBudget images() {
        return images;
    }

    /** What lies in the repository, as it was when it was last looked at. */
    List<ModelDefinition> definitions() {
        return found;
    }

    ModelRepository repository() {
        return repository;
    }

    ModelManager models() {
        return models;
    }

    /** What looks at the values of requests. */
    Validators validators() {
        return validators;
    }

    TensorPool pool() {
        return pending.pool();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    void close(Duration timeout) {
        RepositoryWatcher current = watcher;
        if (current != null) {
            current.close();
        }
        models.close(timeout);
        transforms.close();
        threads.close();
    }
}
