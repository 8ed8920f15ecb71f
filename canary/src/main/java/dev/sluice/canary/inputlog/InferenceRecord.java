package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorSet;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and what became of it.
 *
 * <p>Ownership: carries one reference of the request's inputs and one of the outputs, where they are there; whoever holds the
 * record last calls {@link #release} exactly once.
 *
 * <p>Threading: immutable; the tensors' memory is only read.
 *
 * @param head everything but the tensors
 * @param request what was asked, as the client sent it: before transforms, in its own order; null when the body could not be
 *     read, or only digests are kept
 * @param outputs what was answered; null when there was no answer, or only digests are kept
 * @param inputDigests of the request's inputs, where the tensors themselves are not kept; else empty
 * @param outputDigests of the outputs, likewise
 * @param redacted whether a rule has changed or taken anything
 */
public record InferenceRecord(
        Head head,
        @Nullable InferRequest request,
        @Nullable TensorSet outputs,
        List<TensorDigest> inputDigests,
        List<TensorDigest> outputDigests,
        boolean redacted) {
    /** Memory of a record without its tensors, roughly. */
    private static final int HEAD_BYTES = 512;

    /**
     * Everything about a request but its tensors.
     *
     * @param predictionId made by the server, unique
     * @param arrived when its head had arrived
     * @param clientId the client's own id; empty when there was none
     * @param traceId 32 hex digits of the caller's trace; null when there was none
     * @param model the version that it was routed to
     * @param signature of that version, as clients see it
     * @param config of that version's model
     * @param arm as which the version was chosen
     * @param reason why
     * @param timing where its time went
     * @param selection why it is recorded
     * @param flags what validation found, such as {@code out_of_range:age}
     * @param failure how it failed; null for an answer
     * @param failureMessage what the client was told; empty for an answer
     */
    public record Head(
            String predictionId,
            Instant arrived,
            String clientId,
            @Nullable String traceId,
            ModelKey model,
            ModelSignature signature,
            ModelConfig config,
            String arm,
            RouteDecision.Reason reason,
            RecordTiming timing,
            Selection selection,
            List<String> flags,
            @Nullable ErrorCode failure,
            String failureMessage) {
        public Head {
            flags = List.copyOf(flags);
        }
    }

    public InferenceRecord {
        inputDigests = List.copyOf(inputDigests);
        outputDigests = List.copyOf(outputDigests);
    }

    /** Bytes of memory that it keeps alive, at most. */
    public long byteSize() {
        long bytes = HEAD_BYTES + 96L * (inputDigests.size() + outputDigests.size());
        if (request != null) {
            bytes += request.inputs().block().capacity();
        }
        return outputs == null ? bytes : bytes + outputs.block().capacity();
    }

    /** True when only digests of its tensors are left. */
    public boolean isDigest() {
        return !inputDigests.isEmpty() || !outputDigests.isEmpty();
    }

    /** Adds a reference for another holder. */
    public InferenceRecord retain() {
        if (request != null) {
            request.inputs().block().retain();
        }
        if (outputs != null) {
            outputs.block().retain();
        }
        return this;
    }

    /** Gives up one reference. */
    public void release() {
        if (request != null) {
            request.inputs().release();
        }
        if (outputs != null) {
            outputs.release();
        }
    }

    /** The same with digests in place of the tensors; the references stay those of this record. */
    public InferenceRecord digest() {
        return new InferenceRecord(
                head,
                null,
                null,
                request == null ? List.of() : TensorDigest.of(request.inputs()),
                outputs == null ? List.of() : TensorDigest.of(outputs),
                redacted);
    }
}
