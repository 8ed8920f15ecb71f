package dev.sluice.loader.fakes;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.ModelKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A loader that makes models by a lambda, fails where it is told to, and can be made to wait.
 *
 * <p>Threading: thread-safe.
 */
public final class FakeModelLoader implements ModelLoader {
    public static final long ESTIMATE_BYTES = 12_345;

    private final Function<ModelKey, FakeServableModel> maker;
    private final Map<ModelKey, Exception> failures = new ConcurrentHashMap<>();
    private final Map<Path, Long> estimates = new ConcurrentHashMap<>();
    private final Map<ModelKey, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final List<FakeServableModel> models = new CopyOnWriteArrayList<>();
    private final List<ModelKey> loads = new CopyOnWriteArrayList<>();

    public FakeModelLoader(Function<ModelKey, FakeServableModel> maker) {
        this.maker = maker;
    }

    @Override
    public long estimateBytes(Path modelFile) {
        return estimates.getOrDefault(modelFile, ESTIMATE_BYTES);
    }

    /** That file takes so many bytes. */
    public void estimate(Path modelFile, long bytes) {
        estimates.put(modelFile, bytes);
    }

    @Override
    public ServableModel load(ModelKey key, Path modelFile, RuntimeOptions options) throws ModelLoadException {
        loads.add(key);
        CountDownLatch gate = gates.get(key);
        try {
            if (gate != null && !gate.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the gate of " + key);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        Exception failure = failures.get(key);
        if (failure instanceof ModelLoadException expected) {
            throw expected;
        }
        if (failure instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        FakeServableModel model = maker.apply(key).on(options.device());
        models.add(model);
        return model;
    }

    public void fail(ModelKey key, ModelLoadException failure) {
        failures.put(key, failure);
    }

    public void fail(ModelKey key, RuntimeException failure) {
        failures.put(key, failure);
    }

    public void heal(ModelKey key) {
        failures.remove(key);
    }

    /** Loads of that version wait until the latch is open. */
    public CountDownLatch gate(ModelKey key) {
        CountDownLatch gate = new CountDownLatch(1);
        gates.put(key, gate);
        return gate;
    }

    /** Every model that was made, in order. */
    public List<FakeServableModel> models() {
        return models;
    }

    /** Every load that was begun, in order. */
    public List<ModelKey> loads() {
        return loads;
    }
}
