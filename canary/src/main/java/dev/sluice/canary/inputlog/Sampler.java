package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.KeyHash;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelKey;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by the {@code log} settings of the model: always what failed or was flagged, where they say so; else by the hash of
 * the prediction id or the client's key. The decision is a function of its arguments: every replica makes the same one.
 *
 * <p>Threading: stateless.
 */
public final class Sampler implements Selector {
    /** Keeps the requests that are recorded independent of the arms that they are sent to. */
    private static final String SALT = "input-log";

    private static final double UNIT = 0x1p-53;

    @Override
    public boolean concerns(ModelConfig config) {
        return config.monitoring().log().enabled();
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
        LogConfig log = config.monitoring().log();
        if (failed && log.errors()) {
            return new Selection(Selection.Reason.ERROR, 1);
        }
        if (flagged && log.flagged()) {
            return new Selection(Selection.Reason.FLAGGED, 1);
        }
        double share = log.share(arm);
        if (share >= 1) {
            return new Selection(Selection.Reason.SHARE, 1);
        }
        String by = key != null && log.by() == LogConfig.By.KEY ? key : predictionId;
        boolean chosen = share > 0 && position(model.name(), by) < share;
        return chosen ? new Selection(Selection.Reason.SHARE, share) : null;
    }

    /** Where a request lies among all, uniform in [0, 1). */
    static double position(String model, String by) {
        return (KeyHash.of(SALT, model, by) >>> 11) * UNIT;
    }
}
