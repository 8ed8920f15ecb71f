package dev.sluice.gateway.pipeline;

import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.RecordDraft;
import dev.sluice.canary.inputlog.RequestOrigin;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.TensorSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the pipeline: admitted, routed, and holding the version that it will run on.
 *
 * <p>Exactly one of {@link #run} and {@link #abandon} is called.
 *
 * <p>Threading: confined to one event loop, except {@link #route} and {@link #version}, which are immutable, and {@link
 * #inspect}.
 */
public final class InferenceCall {
    private final RouteDecision.Routed route;
    private final ModelHandle handle;
    private final ReadyVersion version;
    private final RequestOrigin origin;
    private final AdmissionControl admission;
    private final ModelRunner runner;
    private final PipelineObserver observer;
    private final RequestInspector inspector;
    private final InputLog inputLog;
    private @Nullable Submission submission;

    /** Written before the request comes to its loop. */
    private RequestInspector.@Nullable Inspection inspection;

    private boolean ended;

    /** Receives the outcome of a call, exactly once, on its loop. */
    public interface Outcome {
        /** The version answered; the receiver releases the response. */
        void answered(InferResponse response);

        void failed(InferenceException failure);
    }

    InferenceCall(
            RouteDecision.Routed route,
            ModelHandle handle,
            RequestOrigin origin,
            AdmissionControl admission,
            ModelRunner runner,
            PipelineObserver observer,
            RequestInspector inspector,
            InputLog inputLog) {
        this.route = route;
        this.handle = handle;
        this.version = handle.version();
        this.origin = origin;
        this.admission = admission;
        this.runner = runner;
        this.observer = observer;
        this.inspector = inspector;
        this.inputLog = inputLog;
    }

    /** Where the request was routed. */
    public RouteDecision.Routed route() {
        return route;
    }

    /** The version that it runs on. */
    public ReadyVersion version() {
        return version;
    }

    /**
     * Looks at the values of inputs, which stay the caller's, where they are too many for the event loop: on any thread, before
     * {@link #run}, which does it otherwise.
     */
    public void inspect(TensorSet inputs) {
        inspection = inspector.inspect(version, inputs);
    }

    /** Runs the request; takes over the reference to its inputs whatever happens. */
    public void run(InferRequest request, RequestLoop loop, Outcome outcome) {
        RequestInspector.Inspection found = inspection;
        if (found == null) {
            found = inspector.inspect(version, request.inputs());
        }
        RecordDraft draft = record(request, found.flags());
        InferenceException refusal = found.refusal();
        if (refusal != null) {
            rejected(request, draft, refusal, outcome);
            return;
        }
        Submission submitted = runner.run(handle, request, loop, (response, failure) -> {
            InferenceException told = response == null && failure == null
                    ? new InferenceException(ErrorCode.BUG, "no answer and no failure")
                    : failure;
            if (draft != null && response != null) {
                draft.answered(response);
            } else if (draft != null && told != null) {
                draft.failed(told);
            }
            end(failure);
            if (response != null) {
                outcome.answered(response);
            } else if (told != null) {
                outcome.failed(told);
            }
        });
        InferenceException rejection = submitted.rejection();
        if (rejection == null) {
            submission = submitted;
        } else {
            rejected(request, draft, rejection, outcome);
        }
    }

    private @Nullable RecordDraft record(InferRequest request, List<String> flags) {
        return inputLog.begin(route, version.signature(), version.config(), origin, request, flags);
    }

    private void rejected(
            InferRequest request, @Nullable RecordDraft draft, InferenceException reason, Outcome outcome) {
        if (draft != null) {
            draft.failed(reason);
        }
        request.inputs().release();
        end(reason);
        outcome.failed(reason);
    }

    /** Gives everything back without having run, for example because the body could not be read. */
    public void abandon(InferenceException reason) {
        inputLog.refused(route, version.signature(), version.config(), origin, reason);
        end(reason);
    }

    /** The client has gone: a waiting request leaves the queue, the answer of a running one is thrown away. */
    public void cancel() {
        Submission running = submission;
        if (running != null) {
            running.cancel();
        }
    }

    private void end(@Nullable InferenceException failure) {
        if (ended) {
            return;
        }
        ended = true;
        // First the meters: closing the last handle of a retired version lets them go.
        observer.ended(route.key(), System.nanoTime() - origin.arrivedNanos(), failure);
        handle.close();
        admission.release();
    }
}
