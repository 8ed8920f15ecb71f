package dev.sluice.gateway.pipeline;

import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import java.util.List;

/**
 * Looks at the values of a request before it runs.
 *
 * <p>Threading: thread-safe; called on event loops, for every request: it has nanoseconds for each value.
 */
public interface RequestInspector {
    /**
     * Looks at a request whose names, dtypes and shapes were not checked yet; what does not fit the version's signature is left
     * to that check.
     *
     * @return what was found and should stand in the request's record, such as {@code out_of_range:age}; empty when all is well
     * @throws InferenceException with INVALID_INPUT for a request that must not run; the message names the feature, what was
     *     expected and what came
     */
    List<String> inspect(ReadyVersion version, InferRequest request);

    /** What was found in a request that {@link #inspect} refused with this. */
    default List<String> flags(InferenceException refusal) {
        return List.of();
    }

    /** Lets everything pass. */
    static RequestInspector none() {
        return (version, request) -> List.of();
    }
}
