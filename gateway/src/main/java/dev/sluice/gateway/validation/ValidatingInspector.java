package dev.sluice.gateway.validation;

import dev.sluice.canary.monitor.validation.RequestValidator;
import dev.sluice.canary.monitor.validation.Verdict;
import dev.sluice.gateway.pipeline.RequestInspector;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the values of requests to what is known of their features.
 *
 * <p>Threading: thread-safe; {@link #flags} is asked on the thread on which {@link #inspect} refused, before it inspects again.
 */
public final class ValidatingInspector implements RequestInspector {
    private final Validators validators;
    private final ThreadLocal<LastRefusal> refusals = ThreadLocal.withInitial(LastRefusal::new);

    /** The last request that a thread refused, until its flags were asked for. */
    private static final class LastRefusal {
        private @Nullable InferenceException reason;
        private List<String> flags = List.of();
    }

    public ValidatingInspector(Validators validators) {
        this.validators = validators;
    }

    @Override
    public List<String> inspect(ReadyVersion version, InferRequest request) {
        RequestValidator validator = validators.find(version.key());
        if (validator == null) {
            return List.of();
        }
        Verdict verdict = validator.inspect(request);
        if (verdict.isRefused()) {
            InferenceException reason = InferenceException.invalidInput(verdict.refusal());
            LastRefusal last = refusals.get();
            last.reason = reason;
            last.flags = verdict.flags();
            throw reason;
        }
        return verdict.flags();
    }

    @Override
    public List<String> flags(InferenceException refusal) {
        LastRefusal last = refusals.get();
        List<String> flags = refusal.equals(last.reason) ? last.flags : List.of();
        last.reason = null;
        last.flags = List.of();
        return flags;
    }
}
