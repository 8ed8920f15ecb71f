package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.model.ModelKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A record as it was read from a log.
 *
 * <p>Threading: immutable.
 *
 * @param predictionId made by the server, unique
 * @param arrived when the request's head had arrived, to the microsecond
 * @param clientId the client's own id; empty when there was none
 * @param traceId 32 hex digits; empty when there was none
 * @param model the version that answered, or failed
 * @param arm as which it was chosen
 * @param reason why, in the log's word: {@code route}, {@code split}, {@code pinned}, {@code fallback}
 * @param timing where the time went
 * @param selectedBy why it was recorded: {@code share}, {@code error}, {@code flagged}
 * @param probability of that, in (0, 1]
 * @param flags what validation found, such as {@code out_of_range:age}
 * @param failureCode name of the error code; empty for an answer
 * @param failureMessage what the client was told; empty for an answer
 * @param redacted whether anything was changed or taken: such a record is not what the client sent
 * @param request the request as a body of the protocol; empty when it could not be read or only digests are kept
 * @param response the answer likewise
 * @param inputDigests of the inputs, where the tensors themselves are not kept
 * @param outputDigests of the outputs, likewise
 */
public record LoggedRecord(
        String predictionId,
        Instant arrived,
        String clientId,
        String traceId,
        ModelKey model,
        String arm,
        String reason,
        RecordTiming timing,
        String selectedBy,
        double probability,
        List<String> flags,
        String failureCode,
        String failureMessage,
        boolean redacted,
        Optional<LoggedBody> request,
        Optional<LoggedBody> response,
        List<TensorDigest> inputDigests,
        List<TensorDigest> outputDigests) {
    public LoggedRecord {
        flags = List.copyOf(flags);
        inputDigests = List.copyOf(inputDigests);
        outputDigests = List.copyOf(outputDigests);
    }

    /** True when only digests of its tensors are left. */
    public boolean isDigest() {
        return !inputDigests.isEmpty() || !outputDigests.isEmpty();
    }
}
