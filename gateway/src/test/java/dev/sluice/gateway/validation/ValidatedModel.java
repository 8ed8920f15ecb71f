package dev.sluice.gateway.validation;

import static java.util.Objects.requireNonNull;

import dev.sluice.canary.monitor.validation.ValidationCheck;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A fake model {@code m}, whose input {@code x} may be 10 at most. */
final class ValidatedModel implements AutoCloseable {
    static final ModelKey KEY = new ModelKey("m", 1);

    final ManagerFixture fixture = new ManagerFixture();
    final Validators validators = new Validators();
    private final ModelConfig config;

    ValidatedModel(ValidationConfig.Policy policy) {
        config = config(policy);
    }

    static ModelConfig config(ValidationConfig.Policy policy) {
        ModelConfig base = ManagerFixture.versions(1).config();
        FeatureDomain domain =
                new FeatureDomain(Optional.empty(), Optional.of(BigDecimal.TEN), List.of(), Optional.empty(), false);
        LogConfig flaggedAlone =
                new LogConfig(true, 0, Map.of(), LogConfig.By.PREDICTION, false, true, Map.of(), Optional.empty());
        return new ModelConfig(
                base.versions(),
                base.batching(),
                base.runtime(),
                base.features(),
                base.labels(),
                base.serving(),
                base.gate(),
                base.breaker(),
                Optional.empty(),
                new MonitoringConfig(
                        flaggedAlone, new ValidationConfig(policy, Map.of("x", domain), 0), FeedbackConfig.OFF));
    }

    /** What its folder says. */
    ModelDefinition definition() {
        return ManagerFixture.definition("m", config, 1);
    }

    /** Loads it, without its validator. */
    ReadyVersion load() {
        fixture.reconcile(definition());
        return ready();
    }

    ReadyVersion ready() {
        return requireNonNull(fixture.manager.snapshot().ready(KEY));
    }

    /** A load of it has passed the step of validation. */
    void check(ModelSignature signature, ModelConfig of) {
        Path folder = Path.of("m", "1");
        Candidate candidate = new Candidate(
                new VersionFiles(KEY, folder, folder.resolve("model.onnx")),
                of,
                Device.CPU,
                signature,
                Optional.empty(),
                fixture.pool,
                (inputs, outputs) -> {
                    throw InferenceException.invalidInput("nothing is run");
                });
        try {
            new ValidationCheck(validators).check(candidate);
        } catch (ModelLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    void check() {
        check(ready().signature(), config);
    }

    /** The manager has published what there is. */
    void publish() {
        validators.published(fixture.manager.snapshot());
    }

    @Override
    public void close() {
        fixture.close();
    }
}
