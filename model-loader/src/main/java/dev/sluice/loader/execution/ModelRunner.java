package dev.sluice.loader.execution;

import dev.sluice.loader.batching.InferCallback;
import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;

/**
 * Runs one request on one borrowed version: checks it against the signature and hands it to the version's batcher.
 *
 * <p>Threading: stateless; call on the request's loop.
 */
public final class ModelRunner {
    /**
     * Starts a request. Never throws for what the request holds.
     *
     * <p>Accepted: the inputs' reference and the handle belong to the runner, and {@code callback} is called once, on {@code
     * loop}, after this has returned; the handle is closed right after it. Rejected ({@link Submission#rejection} is not null;
     * INVALID_INPUT for a request that does not fit the signature, or what the batcher says): nothing was taken, the caller
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
        return version.batcher().submit(checked, loop, (response, failure) -> {
            try {
                callback.completed(response, failure);
            } finally {
                handle.close();
            }
        });
    }
}
