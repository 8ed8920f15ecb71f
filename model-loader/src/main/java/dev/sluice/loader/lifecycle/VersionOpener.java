package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.tuning.CostProbe;
import dev.sluice.loader.tuning.ProbeBudget;
import dev.sluice.loader.tuning.Tuner;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.tuning.VersionFacts;
import dev.sluice.loader.verify.BatchLevel;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.PaddingVerdict;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a version through the steps before it serves: estimate, open, labels and features, batch proof, tuning.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class VersionOpener {
    private static final Logger LOG = LoggerFactory.getLogger(VersionOpener.class);

    private final ModelLoader loader;
    private final BatchResources resources;
    private final Function<ModelKey, StageObserver> observers;
    private final CostProbe probe;
    private final ProbeBudget atLoad;

    /**
     * @param atLoad for measuring a version before it serves
     */
    VersionOpener(
            ModelLoader loader,
            BatchResources resources,
            Function<ModelKey, StageObserver> observers,
            ProbeBudget atLoad) {
        this.loader = loader;
        this.resources = resources;
        this.observers = observers;
        this.probe = new CostProbe(resources.nanoClock(), resources.cpuClock());
        this.atLoad = atLoad;
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
            BatchProof proof = new BatchProof(resources.nanoClock(), resources.cpuClock());
            BatchVerdict verdict = proof.decide(model, config);
            tell(target.key(), verdict, config);
            VersionFacts facts = VersionFacts.of(
                    target.config(),
                    verdict,
                    model.device(),
                    resources.threads().count());
            Tuner tuner = new Tuner(model, facts, proof.rows(model), probe, resources.wallClock());
            Tuning tuning = tuner.atLoad(atLoad);
            CellBudget budget = CellBudget.of(model.signature().inputs(), verdict, config);
            BatchPolicy policy = new BatchPolicy(
                    verdict.batched(),
                    budget.rowsMax(tuning),
                    config.queueRowsMax(),
                    config.queueBytesMax(),
                    tuning.parallelRuns(),
                    VersionTuning.inlineRuns(tuning),
                    budget.lengths(tuning));
            Batcher batcher = new Batcher(target.key(), model, policy, resources, observers.apply(target.key()));
            ReadyVersion version = new ReadyVersion(
                    target.key(),
                    signature,
                    target.config(),
                    model.device(),
                    batcher,
                    verdict,
                    new VersionTuning(target.key(), tuner, batcher, budget, tuning),
                    estimateBytes,
                    Duration.ofNanos(resources.nanoClock().nanoTime() - begin),
                    resources.wallClock().instant(),
                    null,
                    List.of());
            LOG.info(
                    "model={} version={} tuning: {}",
                    target.key().name(),
                    target.key().version(),
                    budget.describe(tuning));
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
