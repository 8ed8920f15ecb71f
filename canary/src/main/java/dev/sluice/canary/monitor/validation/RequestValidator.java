package dev.sluice.canary.monitor.validation;

import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the values of the requests of one version.
 *
 * <p>Inputs whose name, datatype or shape is not that of the version are left alone: the signature refuses them.
 *
 * <p>Threading: thread-safe and never waits. Each thread has its own memory for what it finds, and sees constant runs in its own
 * rows only.
 */
public final class RequestValidator {
    private final ValidationSchema schema;
    private final TensorCheck[] checks;
    private final ValidationCounts counts;
    private final ThreadLocal<Scratch> scratches;

    RequestValidator(ValidationSchema schema) {
        this.schema = schema;
        this.checks = schema.checks().toArray(TensorCheck[]::new);
        this.counts = new ValidationCounts(schema.rules());
        // The supplier must not refer to this validator: then threads forget the memory of versions that are gone.
        int features = schema.rules().size();
        int watched = schema.watched();
        boolean explains = schema.policy() == ValidationConfig.Policy.REJECT;
        this.scratches = ThreadLocal.withInitial(() -> new Scratch(features, watched, explains));
    }

    /** What it found so far. */
    public ValidationCounts counts() {
        return counts;
    }

    /** Looks at the inputs of a request, which stay the caller's. */
    public Verdict inspect(TensorSet inputs) {
        Scratch scratch = scratches.get();
        try {
            check(inputs.tensors(), scratch);
        } catch (RuntimeException | Error e) {
            // The next request must not answer for this one.
            scratch.settle(schema.rules(), counts);
            throw e;
        }
        if (scratch.isClean()) {
            counts.passed();
            return Verdict.CLEAN;
        }
        return verdict(scratch);
    }

    private void check(List<Tensor> inputs, Scratch scratch) {
        for (int i = 0, count = inputs.size(); i < count; i++) {
            Tensor tensor = inputs.get(i);
            TensorCheck check = find(tensor.name(), i);
            if (check != null && check.layout().fits(tensor)) {
                check.check(tensor, scratch);
            }
        }
    }

    private Verdict verdict(Scratch scratch) {
        String refusal = scratch.explanation();
        List<String> flags = scratch.settle(schema.rules(), counts);
        if (flags == null) {
            counts.passed();
            return Verdict.CLEAN;
        }
        if (!refusal.isEmpty()) {
            counts.rejected();
            return new Verdict(flags, refusal);
        }
        counts.flagged();
        return schema.policy() == ValidationConfig.Policy.COUNT ? Verdict.CLEAN : new Verdict(flags, "");
    }

    /** The check of that input, which is mostly the one at that place. */
    private @Nullable TensorCheck find(String name, int place) {
        if (place < checks.length && isOf(checks[place], name)) {
            return checks[place];
        }
        for (TensorCheck check : checks) {
            if (isOf(check, name)) {
                return check;
            }
        }
        return null;
    }

    private static boolean isOf(TensorCheck check, String name) {
        return check.layout().spec().name().equals(name);
    }
}
