package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.BatchPolicy;
import dev.sluice.loader.batching.BatchResources;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.VersionManifest;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ModelLoader;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.loader.tuning.CostProbe;
import dev.sluice.loader.tuning.ProbeBudget;
import dev.sluice.loader.tuning.Tuner;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.tuning.VersionFacts;
import dev.sluice.loader.verify.BatchLevel;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.DeviceParity;
import dev.sluice.loader.verify.FileCheck;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.loader.verify.Gate;
import dev.sluice.loader.verify.PaddingVerdict;
import dev.sluice.loader.verify.VersionCheck;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a version through the gate before serving: its files, memory, the session, what clients see, whether and how its
 * requests are batched, a warm-up, and its answers.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class VersionOpener {
    private static final Logger LOG = LoggerFactory.getLogger(VersionOpener.class);

    private final ModelLoader loader;
    private final Gate gate;
    private final TransformOpener transforms;
    private final BatchResources resources;
    private final Function<ModelKey, StageObserver> observers;
    private final CostProbe probe;
    private final ProbeBudget atLoad;
    private final DevicePolicy devices;

    /**
     * @param gate checks beyond those that every version must pass
     * @param transforms opens what stands between clients' inputs and a model's
     * @param atLoad for measuring a version before it serves
     * @param devices how versions run on each device
     */
    VersionOpener(
            ModelLoader loader,
            Gate gate,
            TransformOpener transforms,
            BatchResources resources,
            Function<ModelKey, StageObserver> observers,
            ProbeBudget atLoad,
            DevicePolicy devices) {
        this.loader = loader;
        this.gate = gate;
        this.transforms = transforms;
        this.resources = resources;
        this.observers = observers;
        this.probe = new CostProbe(resources.nanoClock(), resources.cpuClock());
        this.atLoad = atLoad;
        this.devices = devices;
    }

    /** Where the memory of a version comes from. */
    @FunctionalInterface
    interface Memory {
        /**
         * Reserves memory for a version.
         *
         * @param bytes upper bound
         */
        ResourceBudget.Reservation reserve(Device device, long bytes) throws ModelLoadException;
    }

    /**
     * A version that is open.
     *
     * @param parts what it holds outside the heap; closed by whoever receives this, after the version's batcher
     */
    record Opened(ReadyVersion version, OpenParts parts) {}

    /**
     * Opens a version; leaves nothing open or reserved when it fails.
     *
     * @param serving what clients of the version that serves see; empty when none does
     * @param log receives the steps
     * @throws ModelLoadException with the step that failed and why
     */
    Opened open(VersionTarget target, Optional<ModelSignature> serving, Memory memory, GateLog log)
            throws ModelLoadException {
        long begin = resources.nanoClock().nanoTime();
        for (FileCheck check : gate.files()) {
            log.step(check.step(), () -> check.check(target.files(), target.config()), detail -> detail);
        }
        long estimateBytes = log.step(
                "estimate",
                () -> loader.estimateBytes(target.files().modelFile()),
                bytes -> "up to " + bytes + " bytes");
        OpenParts parts = new OpenParts(log.step(
                ResourceBudget.STEP,
                () -> memory.reserve(target.config().runtime().device(), estimateBytes),
                reserved -> ""));
        try {
            ReadyVersion version = open(target, serving, memory, parts, begin, log);
            return new Opened(version, parts);
        } catch (ModelLoadException | RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private ReadyVersion open(
            VersionTarget target,
            Optional<ModelSignature> serving,
            Memory memory,
            OpenParts parts,
            long beginNanos,
            GateLog log)
            throws ModelLoadException {
        ServableModel model = parts.opened(log.step(
                "session",
                () -> loader.load(
                        target.key(),
                        target.files().modelFile(),
                        target.config().runtime()),
                opened -> opened.device().toString()));
        VersionTransform transform = parts.opened(transform(target, model, log));
        ModelSignature seen = transform == null ? model.signature() : transform.signature();
        ModelSignature signature = ConfiguredSignature.of(seen, target.config());
        Candidate candidate = new Candidate(
                target.files(),
                target.config(),
                model.device(),
                signature,
                serving,
                resources.pool(),
                new CandidateRun(model, transform));
        for (VersionCheck check : gate.signature()) {
            log.step(check.step(), () -> check.check(candidate), detail -> detail);
        }
        BatchingConfig config = devices.batching(target.config().batching(), model.device());
        BatchResources own = resources.with(devices.threads().apply(model.device()));
        BatchProof proof = new BatchProof(resources.nanoClock(), resources.cpuClock());
        BatchVerdict verdict = log.step("batching", () -> proof.decide(model, config), BatchVerdict::toString);
        tell(target.key(), verdict, config);
        VersionFacts facts = VersionFacts.of(
                config,
                target.config().runtime(),
                verdict,
                model.device(),
                own.threads().count());
        FoundRows rows = proof.rows(model);
        Tuner tuner = new Tuner(model, facts, rows, probe, resources.wallClock());
        CellBudget budget = CellBudget.of(model.signature().inputs(), verdict, config);
        Tuning tuning = log.step("cost", () -> tuner.atLoad(atLoad), budget::describe);
        log.step(
                WarmUpRuns.STEP,
                () -> WarmUpRuns.of(model, rows, budget.rowsMax(tuning), budget.cellsMax(tuning)),
                detail -> detail);
        if (model.device().type() != Device.Type.CPU) {
            log.step(DeviceParity.STEP, () -> parity(target, model, rows, memory, parts.bytes()), detail -> detail);
        }
        for (VersionCheck check : gate.answers()) {
            log.step(check.step(), () -> check.check(candidate), detail -> detail);
        }
        BatchPolicy policy = new BatchPolicy(
                verdict.batched(),
                budget.rowsMax(tuning),
                config.queueRowsMax(),
                config.queueBytesMax(),
                tuning.parallelRuns(),
                VersionTuning.inlineRuns(tuning),
                budget.lengths(tuning));
        Batcher batcher = new Batcher(target.key(), model, policy, own, observers.apply(target.key()));
        return new ReadyVersion(
                target.key(),
                signature,
                target.config(),
                model.device(),
                batcher,
                verdict,
                new VersionTuning(target.key(), tuner, batcher, budget, tuning),
                parts.bytes(),
                Duration.ofNanos(resources.nanoClock().nanoTime() - beginNanos),
                resources.wallClock().instant(),
                transform,
                log.steps(),
                lineage(target));
    }

    /** What the manifest says, which has been checked; nothing where there is none. */
    private static Lineage lineage(VersionTarget target) {
        try {
            return VersionManifest.readIfPresent(target.files().folder())
                    .map(VersionManifest::lineage)
                    .orElse(Lineage.NONE);
        } catch (IOException e) {
            LOG.warn(
                    "model={} version={} the lineage in its manifest cannot be read: {}",
                    target.key().name(),
                    target.key().version(),
                    e.getMessage());
            return Lineage.NONE;
        }
    }

    /** Opens the same file on the CPU as well, for as long as the comparison takes. */
    private String parity(VersionTarget target, ServableModel model, FoundRows rows, Memory memory, long bytes)
            throws ModelLoadException {
        ResourceBudget.Reservation reserved = memory.reserve(Device.CPU, bytes);
        try (ServableModel onCpu = loader.load(
                target.key(),
                target.files().modelFile(),
                target.config().runtime().onCpu())) {
            return DeviceParity.check(model, onCpu, rows);
        } finally {
            reserved.close();
        }
    }

    private @Nullable VersionTransform transform(VersionTarget target, ServableModel model, GateLog log)
            throws ModelLoadException {
        Optional<TransformConfig> config = target.config().transform();
        return config.isEmpty()
                ? null
                : log.step(
                        TransformOpener.STEP,
                        () -> transforms.open(target.files(), config.get(), model.signature()),
                        opened -> "");
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
