package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.LoggedRequests;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records as a test wants them. */
final class Records {
    static final Instant ARRIVED = Instant.parse("2026-03-01T12:00:00.123456Z");

    private Records() {}

    /** A record of one row of four numbers and its answer. */
    static InferenceRecord plain(String predictionId) {
        return answered(predictionId, List.of(floats("x", 1, 2, 3, 4.5f)), List.of(floats("score", 0.25f)));
    }

    static InferenceRecord answered(String predictionId, List<Tensor> inputs, List<Tensor> outputs) {
        return new InferenceRecord(
                head(predictionId, null),
                request(predictionId, "", inputs),
                new TensorSet(outputs, TensorBlock.unpooled(0)),
                List.of(),
                List.of(),
                false);
    }

    /** A record with everything that one can have, and tensors that JSON cannot hold. */
    static InferenceRecord full(String predictionId) {
        InferenceRecord.Head plain = head(predictionId, null);
        InferenceRecord.Head head = new InferenceRecord.Head(
                predictionId,
                ARRIVED.plusMillis(1500),
                "mine-7",
                "0af7651916cd43dd8448eb211c80319c",
                plain.model(),
                plain.signature(),
                plain.config(),
                "canary",
                RouteDecision.Reason.SPLIT,
                plain.timing(),
                new Selection(Selection.Reason.FLAGGED, 0.5),
                List.of("out_of_range:age"),
                null,
                "");
        InferRequest request = new InferRequest(
                predictionId,
                "mine-7",
                new TensorSet(
                        List.of(
                                tensor("half", DataType.FP16, new byte[] {0, 0x3C}, 1),
                                tensor("name", DataType.BYTES, elements("Zoë".getBytes(StandardCharsets.UTF_8)), 1),
                                tensor("blob", DataType.BYTES, elements(new byte[] {(byte) 0xFF}), 1),
                                floats("x", -0.0f, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY)),
                        TensorBlock.unpooled(0)),
                List.of(new RequestedOutput("score", false, 0)),
                false,
                Map.of("tenant", new ParameterValue.Text("a")),
                1,
                InferRequest.NO_DEADLINE);
        TensorSet outputs = new TensorSet(
                List.of(
                        floats("score", 0.1f),
                        tensor("id", DataType.UINT64, bytes(littleEndian(8).putLong(0, -1)), 1),
                        tensor("embedding", DataType.BF16, new byte[] {1, 2, 3, 4}, 1, 2)),
                TensorBlock.unpooled(0));
        return new InferenceRecord(head, request, outputs, List.of(), List.of(), true);
    }

    static InferenceRecord failed(String predictionId, ErrorCode code) {
        return new InferenceRecord(head(predictionId, code), null, null, List.of(), List.of(), false);
    }

    static InferRequest request(String predictionId, String clientId, List<Tensor> inputs) {
        return new InferRequest(
                predictionId,
                clientId,
                new TensorSet(inputs, TensorBlock.unpooled(0)),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
    }

    static InferenceRecord.Head head(String predictionId, @Nullable ErrorCode failure) {
        return new InferenceRecord.Head(
                predictionId,
                ARRIVED,
                "",
                null,
                LoggedRequests.MODEL,
                LoggedRequests.SIGNATURE,
                ModelConfig.DEFAULT,
                "default",
                RouteDecision.Reason.ROUTE,
                new RecordTiming(250_000, 40_000, new InferTiming(1_000, 180_000, 2_000, 8)),
                new Selection(failure == null ? Selection.Reason.SHARE : Selection.Reason.ERROR, 1),
                List.of(),
                failure,
                failure == null ? "" : "input 'x': shape [1, 5] does not fit [-1, 4]");
    }

    static Tensor floats(String name, float... values) {
        ByteBuffer memory = littleEndian(4 * values.length);
        for (float value : values) {
            memory.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, Shape.of(1, values.length), memory.flip());
    }

    static Tensor tensor(String name, DataType type, byte[] bytes, long... shape) {
        return new Tensor(name, type, Shape.of(shape), ByteBuffer.wrap(bytes));
    }

    /** Elements of BYTES. */
    static byte[] elements(byte[]... elements) {
        int size = 0;
        for (byte[] element : elements) {
            size += 4 + element.length;
        }
        ByteBuffer memory = littleEndian(size);
        for (byte[] element : elements) {
            memory.putInt(element.length).put(element);
        }
        return bytes(memory);
    }

    static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] bytes(ByteBuffer memory) {
        byte[] bytes = new byte[memory.capacity()];
        memory.get(0, bytes);
        return bytes;
    }

    static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.byteSize()];
        tensor.data().get(bytes);
        return bytes;
    }
}
