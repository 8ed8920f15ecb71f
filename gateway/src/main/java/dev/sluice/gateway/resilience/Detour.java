package dev.sluice.gateway.resilience;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.model.InferenceException;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes whose version has a breaker that is not closed: to the fallback, or to the version all the same, as one of
 * those that try it.
 *
 * <p>Whoever gets one and goes on with it calls {@link #ended} once. One that cannot be followed, because its version has just
 * been retired, may be dropped: the breaker goes with the version.
 *
 * <p>Threading: thread-safe.
 */
public final class Detour {
    private final RouteDecision.Routed routed;
    private final @Nullable Trial trial;

    /**
     * @param trial null for a request that goes to the fallback
     */
    Detour(RouteDecision.Routed routed, @Nullable Trial trial) {
        this.routed = routed;
        this.trial = trial;
    }

    /** The version that the request gets. */
    public RouteDecision.Routed routed() {
        return routed;
    }

    /** True when the request tries the version itself. */
    public boolean isTrial() {
        return trial != null;
    }

    /**
     * The request has ended.
     *
     * @param failure null for success
     */
    public void ended(@Nullable InferenceException failure) {
        if (trial != null) {
            trial.breaker().trialEnded(trial, failure == null ? null : failure.code());
        }
    }
}
