package dev.sluice.gateway.events;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.model.InferRequest;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.InferRequestEncoder;
import dev.sluice.protocol.InferResponseEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What events carry: bodies of the Open Inference Protocol V2.
 *
 * <p>Tensors are written as JSON, in whatever form they came. Those that JSON does not hold exactly (FP16, BF16, BYTES that are
 * not UTF-8, NaNs with a payload) follow the JSON in binary form, as in an HTTP body of the protocol.
 *
 * <p>Threading: confined to one thread.
 */
final class EventData {
    private final InferRequestEncoder requests = new InferRequestEncoder();
    private final InferResponseEncoder responses = new InferResponseEncoder();
    private final ByteSink sink = new ByteSink();

    /**
     * A body.
     *
     * @param jsonLength bytes of JSON that it begins with; -1 when it is nothing but JSON
     */
    @SuppressWarnings("ArrayRecordComponent") // goes into an event
    record Body(byte[] bytes, int jsonLength) {}

    /** What was asked; null when there is nothing of it in the record. */
    @Nullable Body request(InferenceRecord record) {
        InferRequest request = record.request();
        if (request != null) {
            return request(request);
        }
        return record.inputDigests().isEmpty() ? null : digests("inputs", record.inputDigests());
    }

    /** What was answered, or why there is no answer; null when the record tells neither. */
    @Nullable Body response(InferenceRecord record) {
        TensorSet outputs = record.outputs();
        if (outputs != null) {
            return response(record.head(), outputs);
        }
        if (!record.outputDigests().isEmpty()) {
            return digests("outputs", record.outputDigests());
        }
        return record.head().failure() == null ? null : failure(record.head());
    }

    private Body request(InferRequest request) {
        sink.clear();
        int jsonLength = requests.encodeExactly(request, sink);
        return new Body(sink.toByteArray(), jsonLength);
    }

    private Body response(InferenceRecord.Head head, TensorSet outputs) {
        sink.clear();
        int jsonLength = responses.encodeExactly(head.model(), head.clientId(), head.predictionId(), outputs, sink);
        return new Body(sink.toByteArray(), jsonLength);
    }

    /** The tensors as the protocol describes them, with a size and a checksum in place of their data. */
    private static Body digests(String kind, List<TensorDigest> digests) {
        String tensors = digests.stream()
                .map(digest -> "{\"name\":" + quoted(digest.name()) + ",\"datatype\":\"" + digest.dataType()
                        + "\",\"shape\":" + shape(digest) + ",\"bytes\":" + digest.byteSize()
                        + ",\"crc32c\":\"" + String.format("%08x", digest.crc32c()) + "\"}")
                .collect(Collectors.joining(","));
        return json("{\"" + kind + "\":[" + tensors + "]}");
    }

    private static String shape(TensorDigest digest) {
        StringBuilder shape = new StringBuilder("[");
        for (int i = 0; i < digest.shape().rank(); i++) {
            shape.append(i == 0 ? "" : ",").append(digest.shape().dimension(i));
        }
        return shape.append(']').toString();
    }

    private static Body failure(InferenceRecord.Head head) {
        return json("{\"error\":" + quoted(head.failureMessage()) + ",\"code\":\"" + head.failure()
                + "\",\"request_id\":" + quoted(head.predictionId()) + "}");
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private static Body json(String text) {
        return new Body(text.getBytes(StandardCharsets.UTF_8), -1);
    }
}
