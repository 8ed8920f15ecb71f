package dev.sluice.gateway.replay;

import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.BodyTensors;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.InferResponseEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sets a candidate's answer beside the logged one.
 *
 * <p>Threading: confined to one thread.
 */
final class Comparer {
    private final BodyTensors bodies = new BodyTensors();
    private final InferResponseEncoder encoder = new InferResponseEncoder();
    private final double tolerance;

    Comparer(double tolerance) {
        this.tolerance = tolerance;
    }

    Comparison compare(LoggedRecord record, CandidateAnswer answer) {
        boolean failedThen = record.response().isEmpty();
        if (!answer.answered()) {
            boolean alike = failedThen && answer.status().equals(record.failureCode());
            return new Comparison(
                    record, answer, alike ? Comparison.Outcome.FAILED_ALIKE : Comparison.Outcome.FAILED, List.of());
        }
        TensorSet now;
        try {
            now = bodies.outputs(answer.response().orElseThrow());
        } catch (InferenceException e) {
            CandidateAnswer none = new CandidateAnswer(
                    "UNREADABLE",
                    "the answer is none of the protocol: " + e.getMessage(),
                    answer.latencyNanos(),
                    Optional.empty());
            return new Comparison(record, none, Comparison.Outcome.FAILED, List.of());
        }
        try {
            CandidateAnswer exact = new CandidateAnswer(
                    answer.status(), answer.message(), answer.latencyNanos(), Optional.of(exact(record, now)));
            if (failedThen) {
                return new Comparison(record, exact, Comparison.Outcome.ANSWERED_NOW, List.of());
            }
            return compare(record, exact, now);
        } finally {
            now.release();
        }
    }

    private Comparison compare(LoggedRecord record, CandidateAnswer answer, TensorSet now) {
        TensorSet then = bodies.outputs(record.response().orElseThrow());
        try {
            List<OutputDifference> outputs = new ArrayList<>();
            for (Tensor logged : then.tensors()) {
                Tensor candidate = now.find(logged.name());
                outputs.add(
                        candidate == null
                                ? OutputDifference.incomparable(logged.name(), "the candidate has no such output")
                                : OutputDifference.of(logged, candidate, tolerance));
            }
            boolean equal = outputs.stream().allMatch(OutputDifference::equal);
            return new Comparison(
                    record, answer, equal ? Comparison.Outcome.EQUAL : Comparison.Outcome.DIFFERENT, outputs);
        } finally {
            then.release();
        }
    }

    /** The answer as a log would have it. */
    private LoggedBody exact(LoggedRecord record, TensorSet outputs) {
        ByteSink sink = new ByteSink();
        int jsonLength = encoder.encodeExactly(record.model(), record.clientId(), record.predictionId(), outputs, sink);
        return new LoggedBody(Arrays.copyOf(sink.array(), sink.size()), jsonLength);
    }
}
