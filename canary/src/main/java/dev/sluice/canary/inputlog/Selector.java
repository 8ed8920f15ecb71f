package dev.sluice.canary.inputlog;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelKey;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests a channel gets.
 *
 * <p>Threading: thread-safe; called on event loops.
 */
public interface Selector {
    /** Whether requests of a model so configured count for the channel at all; false costs its requests nothing. */
    boolean concerns(ModelConfig config);

    /**
     * Whether a request that has ended is recorded.
     *
     * @param arm as which its version was chosen
     * @param key what the client says it belongs to; null when it says nothing
     * @param flagged whether validation flagged a value
     * @param failed whether it ended without an answer
     * @return null when it is sampled out
     */
    @Nullable Selection select(
            ModelConfig config,
            ModelKey model,
            String arm,
            String predictionId,
            @Nullable String key,
            boolean flagged,
            boolean failed);
}
