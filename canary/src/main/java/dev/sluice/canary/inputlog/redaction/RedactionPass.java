package dev.sluice.canary.inputlog.redaction;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way through a plan.
 *
 * <p>Threading: confined to one thread, for one record.
 */
final class RedactionPass {
    private final RecordPlan plan;
    private final @Nullable KeyedHash hash;
    private boolean applied;

    /**
     * @param hash null when nothing is hashed
     */
    RedactionPass(RecordPlan plan, @Nullable KeyedHash hash) {
        this.plan = plan;
        this.hash = hash;
    }

    /**
     * The record as it may be kept.
     *
     * @param record its reference stays the caller's unless this returns
     * @return carries one reference; the same record where no rule applies to anything in it
     */
    @SuppressWarnings("ReferenceEquality") // the same set = the reference goes on to the new record
    InferenceRecord apply(InferenceRecord record) {
        InferenceRecord.Head head = head(record.head());
        InferRequest request = record.request() == null ? null : request(record.request());
        TensorSet outputs = record.outputs() == null ? null : tensors(record.outputs(), false);
        List<TensorDigest> inputDigests = digests(record.inputDigests(), true);
        List<TensorDigest> outputDigests = digests(record.outputDigests(), false);
        if (!applied) {
            return record;
        }
        if (record.request() != null
                && request != null
                && request.inputs() != record.request().inputs()) {
            record.request().inputs().release();
        }
        if (record.outputs() != null && outputs != record.outputs()) {
            record.outputs().release();
        }
        return new InferenceRecord(head, request, outputs, inputDigests, outputDigests, true);
    }

    private InferenceRecord.Head head(InferenceRecord.Head head) {
        String clientId = text(head.clientId(), plan.clientId());
        String traceId = traceId(head.traceId());
        String message = message(head.failure(), head.failureMessage());
        return new InferenceRecord.Head(
                head.predictionId(),
                head.arrived(),
                clientId,
                traceId,
                head.model(),
                head.signature(),
                head.config(),
                head.arm(),
                head.reason(),
                head.timing(),
                head.selection(),
                head.flags(),
                head.failure(),
                message);
    }

    /** What is kept of a text that is empty when there is none. */
    private String text(String text, @Nullable FieldRule rule) {
        if (rule == null || text.isEmpty()) {
            return text;
        }
        applied = true;
        String kept = TextElements.of(text, rule, hash);
        return kept == null ? "" : kept;
    }

    /** A part of a trace id names no trace: it is hashed, or nothing is kept of it. */
    private @Nullable String traceId(@Nullable String traceId) {
        FieldRule rule = plan.traceId();
        if (rule == null || traceId == null) {
            return traceId;
        }
        applied = true;
        return rule instanceof FieldRule.Hash && hash != null ? hash.text(traceId) : null;
    }

    private String message(@Nullable ErrorCode failure, String message) {
        FieldRule rule = plan.error();
        if (rule == null || failure == null) {
            return message;
        }
        applied = true;
        String kept = TextElements.of(message, rule, hash);
        return kept == null ? FailureText.of(failure) : kept;
    }

    private InferRequest request(InferRequest request) {
        return new InferRequest(
                request.predictionId(),
                text(request.clientId(), plan.clientId()),
                tensors(request.inputs(), true),
                requestedOutputs(request.outputs()),
                request.binaryByDefault(),
                parameters(request.parameters()),
                request.priority(),
                request.deadlineNanos());
    }

    /** Outputs that the version does not have are names that a client made up. */
    private List<RequestedOutput> requestedOutputs(List<RequestedOutput> outputs) {
        List<RequestedOutput> known = outputs.stream()
                .filter(output -> plan.output(output.name()) != null)
                .toList();
        applied |= known.size() < outputs.size();
        return known;
    }

    private Map<String, ParameterValue> parameters(Map<String, ParameterValue> parameters) {
        if (parameters.isEmpty()) {
            return parameters;
        }
        Map<String, ParameterValue> kept = new HashMap<>();
        parameters.forEach((name, value) -> {
            FieldRule rule = plan.parameter(name);
            applied |= rule != null;
            ParameterValue left = rule == null ? value : parameter(value, rule);
            if (left != null) {
                kept.put(name, left);
            }
        });
        return kept;
    }

    private @Nullable ParameterValue parameter(ParameterValue value, FieldRule rule) {
        if (value instanceof ParameterValue.Text text) {
            String kept = TextElements.of(text.value(), rule, hash);
            return kept == null ? null : new ParameterValue.Text(kept);
        }
        if (value instanceof ParameterValue.Int integer) {
            if (rule instanceof FieldRule.Hash && hash != null) {
                return new ParameterValue.Int(hash.number(Long.toString(integer.value())) >>> 1);
            }
            return rule instanceof FieldRule.Round round
                    ? new ParameterValue.Int(
                            Decimals.round(integer.value(), round.decimals(), Long.MIN_VALUE, Long.MAX_VALUE))
                    : null;
        }
        return value instanceof ParameterValue.Real real && rule instanceof FieldRule.Round round
                ? new ParameterValue.Real(Decimals.round(real.value(), round.decimals()))
                : null;
    }

    @SuppressWarnings("ReferenceEquality") // the same set = nothing had to be changed
    private TensorSet tensors(TensorSet tensors, boolean inputs) {
        TensorSet kept = RedactedTensors.of(tensors, inputs ? plan::input : plan::output, hash);
        applied |= kept != tensors;
        return kept;
    }

    @SuppressWarnings("ReferenceEquality") // the same list = nothing had to be changed
    private List<TensorDigest> digests(List<TensorDigest> digests, boolean inputs) {
        List<TensorDigest> kept = RedactedTensors.ofDigests(digests, inputs ? plan::input : plan::output);
        applied |= kept != digests;
        return kept;
    }
}
