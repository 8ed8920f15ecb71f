package dev.sluice.loader.execution;

import dev.sluice.loader.batching.InferCallback;
import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.transform.TransformObserver;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestLoop;
import org.jspecify.annotations.Nullable;

/**
 * Runs one request on one borrowed version: checks it against the signature, has it transformed where the version says so, and
 * hands it to the version's batcher.
 *
 * <p>Threading: thread-safe; call on the request's loop.
 */
public final class ModelRunner {
    private final @Nullable TransformThreads transforms;
    private final TransformObserver observer;
    private final NanoClock clock;

    /** Runs versions that have no transforms; a request to one that has is refused with UNIMPLEMENTED. */
    public ModelRunner() {
        this.transforms = null;
        this.observer = TransformObserver.none();
        this.clock = NanoClock.system();
    }

    /**
     * @param transforms stays the caller's
     * @param clock that of the requests' deadlines
     */
    public ModelRunner(TransformThreads transforms, TransformObserver observer, NanoClock clock) {
        this.transforms = transforms;
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * Starts a request. Never throws for what the request holds.
     *
     * <p>Accepted: the inputs' reference and the handle belong to the runner, and {@code callback} is called once, on {@code
     * loop}, after this has returned; the handle is closed right after it. Rejected ({@link Submission#rejection} is not null;
     * INVALID_INPUT for a request that does not fit the signature, OVERLOADED when too many wait for their transform, or what the
     * batcher says): nothing was taken, the caller
     * releases the inputs and closes the handle, and {@code callback} is never called.
     *
     * @param request inputs in any order; no outputs means all of them
     */
    public Submission run(ModelHandle handle, InferRequest request, RequestLoop loop, InferCallback callback) {
        ReadyVersion version = handle.version();
        InferRequest checked;
        try {
            checked = new SignatureCheck(version.key(), version.signature()).apply(request);
        } catch (InferenceException e) {
            return Submission.rejected(e);
        }
        InferCallback closing = (response, failure) -> {
            try {
                callback.completed(response, failure);
            } finally {
                handle.close();
            }
        };
        VersionTransform transform = version.transform();
        return transform == null
                ? version.batcher().submit(checked, loop, closing)
                : transformed(version, transform, checked, loop, closing);
    }

    private Submission transformed(
            ReadyVersion version,
            VersionTransform transform,
            InferRequest request,
            RequestLoop loop,
            InferCallback callback) {
        if (transforms == null) {
            return Submission.rejected(new InferenceException(
                    ErrorCode.UNIMPLEMENTED,
                    "requests are not transformed here, but " + version.key() + " asks for it"));
        }
        return new TransformedRequest(transforms, observer, clock, version, transform, request, loop, callback).start();
    }
}
