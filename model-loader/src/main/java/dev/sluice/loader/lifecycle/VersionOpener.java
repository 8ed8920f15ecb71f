package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.util.function.Function;

/**
 * Takes a version through the steps before it serves: estimate, open, labels and features, batch proof.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class VersionOpener {
    private final ModelLoader loader;
    private final BatchResources resources;
    private final Function<ModelKey, StageObserver> observers;

    VersionOpener(ModelLoader loader, BatchResources resources, Function<ModelKey, StageObserver> observers) {
        this.loader = loader;
        this.resources = resources;
        this.observers = observers;
    }

    /**
     * A version that is open.
     *
     * @param model closed by whoever receives this, after the version's batcher
     */
    record Opened(ReadyVersion version, ServableModel model) {}

    /**
     * Opens a version; leaves nothing open when it fails.
     *
     * @throws ModelLoadException with the step that failed and why
     */
    Opened open(VersionTarget target) throws ModelLoadException {
        long begin = resources.nanoClock().nanoTime();
        long estimateBytes = loader.estimateBytes(target.files().modelFile());
        ServableModel model = loader.load(
                target.key(), target.files().modelFile(), target.config().runtime());
        try {
            ModelSignature signature = ConfiguredSignature.of(model.signature(), target.config());
            BatchingConfig config = target.config().batching();
            BatchVerdict verdict = new BatchProof(resources.nanoClock()).decide(model, config);
            BatchPolicy policy = new BatchPolicy(
                    verdict.batched(),
                    verdict.maxRows(),
                    config.queueRowsMax(),
                    config.queueBytesMax(),
                    resources.threads().count());
            Batcher batcher = new Batcher(target.key(), model, policy, resources, observers.apply(target.key()));
            ReadyVersion version = new ReadyVersion(
                    target.key(),
                    signature,
                    target.config(),
                    model.device(),
                    batcher,
                    verdict,
                    estimateBytes,
                    Duration.ofNanos(resources.nanoClock().nanoTime() - begin),
                    resources.wallClock().instant());
            return new Opened(version, model);
        } catch (ModelLoadException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }
}
