package dev.sluice.gateway.pipeline;

import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the values of a request before it runs.
 *
 * <p>Threading: thread-safe; called on event loops, and on codec threads for large bodies. Every request comes by: it has
 * nanoseconds for each value.
 */
@FunctionalInterface
public interface RequestInspector {
    /**
     * Looks at inputs whose names, dtypes and shapes were not checked yet; what does not fit the version's signature is left to
     * that check.
     *
     * @param inputs stay the caller's
     */
    Inspection inspect(ReadyVersion version, TensorSet inputs);

    /** Lets everything pass. */
    static RequestInspector none() {
        return (version, inputs) -> Inspection.CLEAN;
    }

    /**
     * What was found in a request.
     *
     * <p>Threading: immutable.
     *
     * @param flags stand in the request's record, such as {@code out_of_range:age}; empty when all is well
     * @param refusal INVALID_INPUT for a request that must not run: names the feature, what was expected and what came; else
     *     null
     */
    record Inspection(List<String> flags, @Nullable InferenceException refusal) {
        /** Nothing was found. */
        public static final Inspection CLEAN = new Inspection(List.of(), null);

        public Inspection {
            flags = List.copyOf(flags);
        }
    }
}
