package dev.sluice.canary.feedback;

import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.inputlog.Selector;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelKey;
import org.jspecify.annotations.Nullable;

/**
 * Chooses every answer of the models that want feedback; what failed has nothing that a label could belong to.
 *
 * <p>Threading: stateless.
 */
public final class FeedbackSelector implements Selector {
    private static final Selection ALL = new Selection(Selection.Reason.SHARE, 1);

    @Override
    public boolean concerns(ModelConfig config) {
        return config.monitoring().feedback().enabled();
    }

    @Override
    public @Nullable Selection select(
            ModelConfig config,
            ModelKey model,
            String arm,
            String predictionId,
            @Nullable String key,
            boolean flagged,
            boolean failed) {
        return failed ? null : ALL;
    }
}
