package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.InferRequestEncoder;
import dev.sluice.protocol.InferResponseEncoder;
import dev.sluice.protocol.JsonWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as lines of JSON that hold every bit of their tensors. The request and the answer are bodies of the protocol;
 * what JSON cannot hold exactly is in their binary parts, as base64 beside them.
 *
 * <p>Bound: a record that would take more than its share is written as digests of its tensors.
 *
 * <p>Threading: confined to one thread.
 */
public final class RecordEncoder {
    private final long recordBytesMax;
    private final TimestampWriter times = new TimestampWriter();
    private final InferRequestEncoder requests = new InferRequestEncoder();
    private final InferResponseEncoder responses = new InferResponseEncoder();

    /**
     * @param recordBytesMax most bytes of a line, its end included
     */
    public RecordEncoder(long recordBytesMax) {
        this.recordBytesMax = recordBytesMax;
    }

    /**
     * Appends a record as one line.
     *
     * @return true when only digests of its tensors are in the line
     * @throws UnwritableRecordException if even those take too many bytes; the sink is as before
     */
    public boolean encode(InferenceRecord record, ByteSink sink) throws UnwritableRecordException {
        int start = sink.size();
        if (record.isDigest() || bytesMin(record) > recordBytesMax || !tryWrite(record, start, sink)) {
            InferenceRecord digest = record.isDigest() ? record : record.digest();
            if (!tryWrite(digest, start, sink)) {
                throw new UnwritableRecordException(
                        "the record of " + record.head().predictionId() + " takes more than the " + recordBytesMax
                                + " bytes that a record may have, even as digests");
            }
            return digest.isDigest();
        }
        return false;
    }

    /** Fewest bytes that the tensors take as text, so that what is far too large is not written for nothing. */
    private static long bytesMin(InferenceRecord record) {
        InferRequest request = record.request();
        TensorSet outputs = record.outputs();
        return (request == null ? 0 : bytesMin(request.inputs())) + (outputs == null ? 0 : bytesMin(outputs));
    }

    private static long bytesMin(TensorSet tensors) {
        long bytes = 0;
        for (Tensor tensor : tensors.tensors()) {
            bytes += tensor.dataType() == DataType.BYTES
                    ? tensor.byteSize() - tensor.shape().elementCount()
                    : 2 * tensor.shape().elementCount() - 1;
        }
        return bytes;
    }

    private boolean tryWrite(InferenceRecord record, int start, ByteSink sink) {
        try {
            write(record, sink);
            if (sink.size() - start <= recordBytesMax) {
                return true;
            }
        } catch (InferenceException e) {
            // Larger than any array.
        }
        sink.truncate(start);
        return false;
    }

    private void write(InferenceRecord record, ByteSink sink) {
        InferenceRecord.Head head = record.head();
        JsonWriter json = sink.json();
        json.raw("{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":").string(head.predictionId());
        json.raw(",\"time\":\"");
        times.write(head.arrived(), sink);
        json.raw('"');
        text(",\"client_id\":", head.clientId(), json);
        text(",\"trace_id\":", head.traceId(), json);
        json.raw(",\"model\":").string(head.model().name());
        json.raw(",\"version\":").signed(head.model().version());
        json.raw(",\"arm\":").string(head.arm());
        json.raw(",\"reason\":\"").raw(word(head.reason()));
        timing(head.timing(), json);
        json.raw(",\"sampling\":{\"by\":\"").raw(head.selection().reason().word());
        json.raw("\",\"probability\":").number(head.selection().probability());
        json.raw('}');
        flags(head.flags(), json);
        failure(head.failure(), head.failureMessage(), json);
        json.raw(record.redacted() ? ",\"redacted\":true" : "");
        request(record.request(), sink);
        response(head, record.outputs(), sink);
        digests(",\"input_digests\":[", record.inputDigests(), json);
        digests(",\"output_digests\":[", record.outputDigests(), json);
        json.raw("}\n");
    }

    private static String word(RouteDecision.Reason reason) {
        return switch (reason) {
            case ROUTE -> "route";
            case SPLIT -> "split";
            case PINNED -> "pinned";
            case FALLBACK -> "fallback";
        };
    }

    private static void text(String key, @Nullable String value, JsonWriter json) {
        if (value != null && !value.isEmpty()) {
            json.raw(key).string(value);
        }
    }

    private static void timing(RecordTiming timing, JsonWriter json) {
        json.raw("\",\"latency_ns\":{\"total\":").signed(timing.totalNanos());
        json.raw(",\"queue\":").signed(timing.queueNanos());
        json.raw(",\"input\":").signed(timing.run().inputNanos());
        json.raw(",\"infer\":").signed(timing.run().inferNanos());
        json.raw(",\"output\":").signed(timing.run().outputNanos());
        json.raw("},\"batch_rows\":").signed(timing.run().batchRows());
    }

    private static void flags(List<String> flags, JsonWriter json) {
        for (int i = 0; i < flags.size(); i++) {
            json.raw(i == 0 ? ",\"flags\":[" : ",").string(flags.get(i));
        }
        json.raw(flags.isEmpty() ? "" : "]");
    }

    private static void failure(@Nullable ErrorCode code, String message, JsonWriter json) {
        if (code != null) {
            json.raw(",\"error\":{\"code\":\"").raw(code.name());
            json.raw("\",\"message\":").string(message).raw('}');
        }
    }

    private void request(@Nullable InferRequest request, ByteSink sink) {
        if (request != null) {
            sink.put(",\"request\":");
            int start = sink.size();
            binary(",\"request_binary\":\"", start, requests.encodeExactly(request, sink), sink);
        }
    }

    private void response(InferenceRecord.Head head, @Nullable TensorSet outputs, ByteSink sink) {
        if (outputs != null) {
            sink.put(",\"response\":");
            int start = sink.size();
            int jsonLength = responses.encodeExactly(head.model(), head.clientId(), head.predictionId(), outputs, sink);
            binary(",\"response_binary\":\"", start, jsonLength, sink);
        }
    }

    /** Makes base64 of what follows the JSON of a body. */
    private static void binary(String key, int start, int jsonLength, ByteSink sink) {
        if (jsonLength >= 0) {
            byte[] raw = Arrays.copyOfRange(sink.array(), start + jsonLength, sink.size());
            byte[] text = Base64.getEncoder().encode(raw);
            sink.truncate(start + jsonLength);
            sink.put(key);
            sink.put(text, 0, text.length);
            sink.put("\"");
        }
    }

    private static void digests(String key, List<TensorDigest> digests, JsonWriter json) {
        for (int i = 0; i < digests.size(); i++) {
            TensorDigest digest = digests.get(i);
            json.raw(i == 0 ? key : ",").raw("{\"name\":").string(digest.name());
            json.raw(",\"datatype\":\"").raw(digest.dataType().name());
            json.raw("\",\"shape\":[");
            for (int d = 0; d < digest.shape().rank(); d++) {
                json.raw(d == 0 ? "" : ",").signed(digest.shape().dimension(d));
            }
            json.raw("],\"bytes\":").signed(digest.byteSize());
            json.raw(",\"crc32c\":\"").raw(MarkEncoder.hex(digest.crc32c())).raw("\"}");
        }
        json.raw(digests.isEmpty() ? "" : "]");
    }
}
