package dev.sluice.gateway.pipeline;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.Router;
import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.RequestLoop;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for its version to be loaded, because it is the first that asks for it or the first since the version
 * was evicted.
 *
 * <p>A load that fails leads to another look at the routes: an older version may stand in. It may also end because of its
 * deadline or because its client has gone; then neither the load nor a timer refers to it any more, nor to what it was given.
 *
 * <p>Bound: {@value #LOOKS_MAX} looks, and the permit and the place that each waiting request holds.
 *
 * <p>Threading: confined to the request's loop, except {@link #loadEnded}.
 */
final class Awakening {
    private static final int LOOKS_MAX = 8;

    private final Router router;
    private final AwaitedLoads loads;
    private final AdmissionControl admission;
    private final ModelRef ref;
    private final String predictionId;
    private final RequestLoop loop;
    private final InferencePipeline.Ending ending;
    private RequestLoop.@Nullable Cancellable timer;
    private @Nullable AwaitedLoad load;
    private int looks;
    private boolean ended;

    /**
     * @param loads holds a place for this, which is given back when it ends
     * @param admission holds a permit for this, the same way
     */
    Awakening(
            Router router,
            AwaitedLoads loads,
            AdmissionControl admission,
            ModelRef ref,
            String predictionId,
            RequestLoop loop,
            InferencePipeline.Ending ending) {
        this.router = router;
        this.loads = loads;
        this.admission = admission;
        this.ref = ref;
        this.predictionId = predictionId;
        this.loop = loop;
        this.ending = ending;
    }

    /**
     * Begins to wait, unless it was cancelled.
     *
     * @param deadlineNanos in {@link System#nanoTime} terms, or {@link InferRequest#NO_DEADLINE}
     */
    void begin(long deadlineNanos) {
        if (ended) {
            return;
        }
        if (deadlineNanos != InferRequest.NO_DEADLINE) {
            timer = loop.schedule(
                    Math.max(0, deadlineNanos - System.nanoTime()),
                    () -> end(new InferenceException(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "the deadline passed while a version of model '" + ref.name() + "' was being loaded")));
        }
        look();
    }

    /** The client has gone. */
    void cancel() {
        end(new InferenceException(ErrorCode.CANCELLED, "the client has gone"));
    }

    private void look() {
        RouteDecision decision = router.decide(ref, predictionId);
        if (!(decision instanceof RouteDecision.Dormant dormant)) {
            // Ready, or it says itself why it is not.
            end(null);
            return;
        }
        if (++looks > LOOKS_MAX) {
            end(notReady(dormant.key(), "was evicted each time before it could be used: memory is short"));
            return;
        }
        AwaitedLoad next = loads.load(dormant.key());
        load = next;
        next.add(this);
    }

    /**
     * The load that it waits for is over. From any thread.
     *
     * @param report null when the server is on its way down
     */
    void loadEnded(@Nullable LoadReport report) {
        loop.execute(() -> loaded(report));
    }

    private void loaded(@Nullable LoadReport report) {
        if (ended) {
            return;
        }
        if (report != null && report.isOutOfMemory()) {
            end(notReady(report.key(), "could not be loaded: " + report.reason()));
            return;
        }
        look();
    }

    private static InferenceException notReady(ModelKey key, String why) {
        return new InferenceException(
                ErrorCode.MODEL_NOT_READY, "version " + key.version() + " of model '" + key.name() + "' " + why);
    }

    private void end(@Nullable InferenceException failure) {
        if (ended) {
            return;
        }
        ended = true;
        if (timer != null) {
            timer.cancel();
        }
        if (load != null) {
            load.remove(this);
        }
        loads.leave();
        admission.release();
        ending.ended(failure);
    }
}
