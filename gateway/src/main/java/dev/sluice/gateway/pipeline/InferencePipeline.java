package dev.sluice.gateway.pipeline;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.Router;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.gateway.resilience.Detour;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;

/**
 * The one place that orders the steps of a request: admission, routing, circuit breakers, borrowing the version, running it, and giving
 * everything back.
 *
 * <p>Threading: thread-safe; {@link #open} is called on an event loop and does not block.
 */
public final class InferencePipeline {
    private final AdmissionControl admission;
    private final Router router;
    private final Breakers breakers;
    private final ModelManager models;
    private final ModelRunner runner;
    private final PipelineObserver observer;

    public InferencePipeline(
            AdmissionControl admission,
            Router router,
            Breakers breakers,
            ModelManager models,
            ModelRunner runner,
            PipelineObserver observer) {
        this.admission = admission;
        this.router = router;
        this.breakers = breakers;
        this.models = models;
        this.runner = runner;
        this.observer = observer;
    }

    /**
     * Admits a request and decides which version it gets.
     *
     * @param ref what it asks for
     * @param predictionId splits requests without a key
     * @param arrivedNanos when its head had arrived, in {@link System#nanoTime} terms
     * @return holds a permit and the version until it is run or abandoned
     * @throws InferenceException with OVERLOADED, MODEL_NOT_FOUND or MODEL_NOT_READY
     */
    public InferenceCall open(ModelRef ref, String predictionId, long arrivedNanos) {
        if (!admission.tryAcquire()) {
            throw new InferenceException(
                    ErrorCode.OVERLOADED,
                    "the server is at its limit of " + admission.permits() + " concurrent requests; try again later");
        }
        try {
            RouteDecision.Routed routed = router.route(ref, predictionId);
            Detour detour = breakers.detour(ref, routed);
            ModelHandle handle = models.acquire(
                    detour == null ? routed.key() : detour.routed().key());
            if (handle == null) {
                // The version was retired between the decision and the borrow: the next table is already there.
                routed = router.route(ref, predictionId);
                detour = breakers.detour(ref, routed);
                handle = models.acquire(
                        detour == null ? routed.key() : detour.routed().key());
            }
            if (handle == null) {
                throw new InferenceException(
                        ErrorCode.MODEL_NOT_READY,
                        "version " + routed.key().version() + " of model '"
                                + routed.key().name() + "' is draining");
            }
            return detour == null
                    ? new InferenceCall(routed, handle, arrivedNanos, admission, runner, observer)
                    : new InferenceCall(detour.routed(), handle, arrivedNanos, admission, runner, observer(detour));
        } catch (RuntimeException | Error e) {
            admission.release();
            throw e;
        }
    }

    /** A breaker that is not closed hears of the requests that it let through. */
    private PipelineObserver observer(Detour detour) {
        return (key, nanos, failure) -> {
            detour.ended(failure);
            observer.ended(key, nanos, failure);
        };
    }
}
