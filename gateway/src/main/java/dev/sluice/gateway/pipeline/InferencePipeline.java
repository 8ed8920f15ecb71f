package dev.sluice.gateway.pipeline;

import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.RequestOrigin;
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
import dev.sluice.model.RequestLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place that orders the steps of a request: admission, routing, circuit breakers, borrowing the version, running it,
 * and giving everything back.
 *
 * <p>Threading: thread-safe; {@link #open} is called on an event loop and does not block.
 */
public final class InferencePipeline {
    private final AdmissionControl admission;
    private final Router router;
    private final Breakers breakers;
    private final ModelManager models;
    private final AwaitedLoads loads;
    private final ModelRunner runner;
    private final PipelineObserver observer;
    private final RequestInspector inspector;
    private final InputLog inputLog;

    public InferencePipeline(
            AdmissionControl admission,
            Router router,
            Breakers breakers,
            ModelManager models,
            AwaitedLoads loads,
            ModelRunner runner,
            PipelineObserver observer,
            RequestInspector inspector,
            InputLog inputLog) {
        this.admission = admission;
        this.router = router;
        this.breakers = breakers;
        this.models = models;
        this.loads = loads;
        this.runner = runner;
        this.observer = observer;
        this.inspector = inspector;
        this.inputLog = inputLog;
    }

    /**
     * Admits a request and decides which version it gets.
     *
     * @param ref what it asks for
     * @param origin its prediction id splits requests without a key
     * @return holds a permit and the version until it is run or abandoned; null when the version has to be loaded first, which
     *     {@link #awaken} does
     * @throws InferenceException with OVERLOADED, MODEL_NOT_FOUND or MODEL_NOT_READY
     */
    public @Nullable InferenceCall open(ModelRef ref, RequestOrigin origin) {
        if (!admission.tryAcquire()) {
            throw overloaded();
        }
        String predictionId = origin.predictionId();
        try {
            RouteDecision.Routed routed = route(ref, predictionId);
            Detour detour = routed == null ? null : breakers.detour(ref, routed);
            ModelHandle handle = routed == null ? null : borrow(routed, detour);
            if (routed != null && handle == null) {
                // The version was retired between the decision and the borrow: the next table is already there.
                routed = route(ref, predictionId);
                detour = routed == null ? null : breakers.detour(ref, routed);
                handle = routed == null ? null : borrow(routed, detour);
            }
            if (routed == null) {
                admission.release();
                return null;
            }
            if (handle == null) {
                throw new InferenceException(
                        ErrorCode.MODEL_NOT_READY,
                        "version " + routed.key().version() + " of model '"
                                + routed.key().name() + "' is draining");
            }
            return detour == null
                    ? call(routed, handle, origin, observer)
                    : call(detour.routed(), handle, origin, observer(detour));
        } catch (RuntimeException | Error e) {
            admission.release();
            throw e;
        }
    }

    private InferenceCall call(
            RouteDecision.Routed routed, ModelHandle handle, RequestOrigin origin, PipelineObserver told) {
        return new InferenceCall(routed, handle, origin, admission, runner, told, inspector, inputLog);
    }

    private @Nullable ModelHandle borrow(RouteDecision.Routed routed, @Nullable Detour detour) {
        return models.acquire(detour == null ? routed.key() : detour.routed().key());
    }

    /** A breaker that is not closed hears of the requests that it let through. */
    private PipelineObserver observer(Detour detour) {
        return (key, nanos, failure) -> {
            detour.ended(failure);
            observer.ended(key, nanos, failure);
        };
    }

    /** Where it goes; null when the version has to be loaded first. */
    private RouteDecision.@Nullable Routed route(ModelRef ref, String predictionId) {
        RouteDecision decision = router.decide(ref, predictionId);
        if (decision instanceof RouteDecision.Routed routed) {
            return routed;
        }
        return decision instanceof RouteDecision.Dormant ? null : router.route(ref, predictionId);
    }

    /** Told once how the waiting for a version ended, on the request's loop. */
    @FunctionalInterface
    public interface Ending {
        /**
         * It is over.
         *
         * @param failure why the request cannot be served; null when it should be opened again
         */
        void ended(@Nullable InferenceException failure);
    }

    /**
     * Has the version loaded that a request needs for which {@link #open} has answered null. Requests that need the same one wait
     * for one load.
     *
     * @param deadlineNanos when it is too late, in {@link System#nanoTime} terms, or {@code InferRequest.NO_DEADLINE}
     * @param loop the request's; call on it
     * @param onGone takes, before the waiting begins, what the loop is to run when the client goes: the waiting ends with
     *     CANCELLED, or nothing happens when it is over
     * @throws InferenceException with OVERLOADED
     */
    public void awaken(
            ModelRef ref,
            String predictionId,
            long deadlineNanos,
            RequestLoop loop,
            Consumer<Runnable> onGone,
            Ending ending) {
        if (!admission.tryAcquire()) {
            throw overloaded();
        }
        if (!loads.tryEnter()) {
            admission.release();
            if (router.decide(ref, predictionId) instanceof RouteDecision.Dormant dormant) {
                // Whoever waits for other models must not keep this one from being there when the client tries again.
                loads.begin(dormant.key());
            }
            throw new InferenceException(
                    ErrorCode.OVERLOADED,
                    "the server is at its limit of " + loads.waitingMax()
                            + " requests that wait for models to be loaded; try again later");
        }
        Awakening awakening = new Awakening(router, loads, admission, ref, predictionId, loop, ending);
        onGone.accept(awakening::cancel);
        awakening.begin(deadlineNanos);
    }

    private InferenceException overloaded() {
        return new InferenceException(
                ErrorCode.OVERLOADED,
                "the server is at its limit of " + admission.permits() + " concurrent requests; try again later");
    }
}
