package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.BatchLevel;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.PaddingVerdict;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a version through the steps before it serves: estimate, open, labels and features, batch proof.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class VersionOpener {
    private static final Logger LOG = LoggerFactory.getLogger(VersionOpener.class);

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
            tell(target.key(), verdict, config);
            BatchPolicy policy = new BatchPolicy(
                    verdict.batched(),
                    verdict.maxRows(),
                    config.queueRowsMax(),
                    config.queueBytesMax(),
                    resources.threads().count(),
                    false,
                    CellBudget.of(model.signature().inputs(), verdict, config.lengths()));
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

    /** What an operator should know without looking for it. */
    private static void tell(ModelKey key, BatchVerdict verdict, BatchingConfig config) {
        if (verdict.level() == BatchLevel.NOT_BATCHABLE) {
            LOG.warn(
                    "model={} version={} cannot be batched: {}. In a batch, an answer would depend on which other requests"
                            + " happen to share it; dynamically quantised models are like that. Each request runs alone,"
                            + " which is right but slower. Serve a floating-point or statically quantised version, or"
                            + " accept the differences with batching: {enabled: true}",
                    key.name(),
                    key.version(),
                    verdict.reason());
        }
        PaddingVerdict padding = verdict.padding();
        if (verdict.batched()
                && padding.rule() == null
                && config.lengths().padding().isDeclared()) {
            LOG.warn(
                    "model={} version={} rows are not padded although the configuration declares how: {}",
                    key.name(),
                    key.version(),
                    padding.reason());
        }
    }
}
