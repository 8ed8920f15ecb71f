package dev.sluice.gateway.pipeline;

import dev.sluice.canary.inputlog.RequestOrigin;
import org.jspecify.annotations.Nullable;

/** A request of that prediction id, and nothing else. */
record NamedOrigin(String predictionId) implements RequestOrigin {
    @Override
    public long arrivedNanos() {
        return 0;
    }

    @Override
    public @Nullable String traceId() {
        return null;
    }

    @Override
    public @Nullable String key() {
        return null;
    }
}
