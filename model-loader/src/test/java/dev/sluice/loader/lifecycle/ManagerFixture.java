package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.DeviceThreads;
import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.fakes.FakeCpuClock;
import dev.sluice.loader.fakes.FakeModelLoader;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.tuning.ProbeBudget;
import dev.sluice.loader.verify.CompatibleSignature;
import dev.sluice.loader.verify.Gate;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A manager over fake models.
 *
 * <p>Threading: thread-safe.
 */
public final class ManagerFixture implements AutoCloseable {
    public final TensorPool pool = new TensorPool(64 << 20);
    public final FakeModelLoader loader;
    public final InferenceThreads threads = InferenceThreads.start(1);
    final DeviceThreads deviceThreads = new DeviceThreads(threads, 3);
    final FakeCheckTimer timer = new FakeCheckTimer();
    final FakeCpuClock cpu = new FakeCpuClock();

    /** What a run costs, whatever its rows. */
    volatile long cpuNanosPerRun;

    public final ModelManager manager;
    public final List<String> events = new CopyOnWriteArrayList<>();

    /** Everything runs on inference threads, so that a run that is held holds no loop. */
    private static final ModelConfig QUEUED = new ModelConfig(
            new VersionPolicy.All(),
            new BatchingConfig(BatchingConfig.Mode.AUTO, 0, 8192, 256L << 20, BatchingConfig.Execution.QUEUED, 0),
            RuntimeOptions.DEFAULT,
            List.of(),
            Map.of());

    public ManagerFixture() {
        this(0);
    }

    /** Models that run at once, within a budget. */
    public ManagerFixture(ResourceBudget budget) {
        this(0, budget);
    }

    /**
     * @param runMicros how long each run of a model computes
     */
    public ManagerFixture(long runMicros) {
        this(runMicros, ResourceBudget.unlimited());
    }

    private ManagerFixture(long runMicros, ResourceBudget budget) {
        loader = new FakeModelLoader(key -> FakeServableModel.rowSums((inputs, outputs) -> {
            long end = System.nanoTime() + runMicros * 1000;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            cpu.advanceNanos(cpuNanosPerRun);
            return Tensors.rowSums(pool, inputs);
        }));
        DevicePolicy devices = new DevicePolicy(deviceThreads::of, 16);
        BatchResources resources = new BatchResources(pool, threads, NanoClock.system(), () -> Instant.EPOCH, cpu);
        VersionOpener opener = new VersionOpener(
                loader,
                new Gate(List.of(), List.of(new CompatibleSignature()), List.of()),
                TransformOpener.none(),
                resources,
                key -> StageObserver.none(),
                new ProbeBudget(0, 60_000_000_000L),
                devices);
        manager = new ModelManager(opener, resources, budget, 2, timer);
        manager.addListener(event -> events.add(event.key() + " " + event.state()));
    }

    public static ModelKey key(long version) {
        return new ModelKey("m", version);
    }

    public static ModelDefinition definition(String name, ModelConfig config, long... versions) {
        return new ModelDefinition(
                name,
                Path.of(name),
                config,
                Arrays.stream(versions)
                        .mapToObj(version -> new VersionFiles(
                                new ModelKey(name, version),
                                Path.of(name, Long.toString(version)),
                                Path.of(name, Long.toString(version), "model.onnx")))
                        .toList(),
                List.of(),
                List.of());
    }

    public static ModelDefinition versions(long... versions) {
        return definition("m", QUEUED, versions);
    }

    public List<LoadReport> reconcile(ModelDefinition... definitions) {
        try {
            return manager.reconcile(List.of(definitions)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("reconciling did not end", e);
        }
    }

    @Override
    public void close() {
        manager.close(Duration.ofSeconds(10));
        deviceThreads.close();
    }
}
