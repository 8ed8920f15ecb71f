package dev.sluice.gateway.validation;

import dev.sluice.canary.monitor.validation.RequestValidator;
import dev.sluice.canary.monitor.validation.Verdict;
import dev.sluice.gateway.pipeline.RequestInspector;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorSet;

/**
 * Holds the values of requests to what is known of their features.
 *
 * <p>Threading: thread-safe.
 */
public final class ValidatingInspector implements RequestInspector {
    private final Validators validators;

    public ValidatingInspector(Validators validators) {
        this.validators = validators;
    }

    @Override
    public Inspection inspect(ReadyVersion version, TensorSet inputs) {
        RequestValidator validator = validators.find(version.key());
        if (validator == null) {
            return Inspection.CLEAN;
        }
        Verdict verdict = validator.inspect(inputs);
        if (verdict.isRefused()) {
            return new Inspection(verdict.flags(), InferenceException.invalidInput(verdict.refusal()));
        }
        return verdict.flags().isEmpty() ? Inspection.CLEAN : new Inspection(verdict.flags(), null);
    }
}
