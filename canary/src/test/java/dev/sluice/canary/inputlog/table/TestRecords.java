package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.InferRequestEncoder;
import dev.sluice.protocol.InferResponseEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records as they come from a log, made of tensors. */
public final class TestRecords {
    public static final Instant TIME = Instant.parse("2026-11-24T01:02:03.456789Z");

    private TestRecords() {}

    /** A record of a model that answered. */
    public static LoggedRecord answered(
            String id, ModelKey model, boolean binary, List<Tensor> inputs, List<Tensor> outputs) {
        return record(
                id, model, "", Optional.of(request(inputs, binary)), Optional.of(response(model, outputs, binary)));
    }

    /** A record of a model that did not. */
    public static LoggedRecord failed(String id, ModelKey model, List<Tensor> inputs) {
        return record(id, model, "DEADLINE_EXCEEDED", Optional.of(request(inputs, false)), Optional.empty());
    }

    /** A record with these bodies. */
    public static LoggedRecord record(
            String id, ModelKey model, String failure, Optional<LoggedBody> request, Optional<LoggedBody> response) {
        return new LoggedRecord(
                id,
                TIME,
                "client-7",
                "",
                model,
                "canary",
                "split",
                new RecordTiming(5_000_000_000L, 1, new InferTiming(2, 3, 4, 32)),
                "share",
                0.1,
                List.of("out_of_range:age", "nan:x"),
                failure,
                failure.isEmpty() ? "" : "too late, \"sorry\"\nbye",
                false,
                request,
                response,
                List.of(),
                List.of());
    }

    /** A request as a log holds it. */
    public static LoggedBody request(List<Tensor> inputs, boolean binary) {
        ByteSink sink = new ByteSink();
        InferRequest request =
                new InferRequest("", "client-7", set(inputs), List.of(), binary, Map.of(), 0, InferRequest.NO_DEADLINE);
        int json = new InferRequestEncoder().encode(request, binary, sink);
        return new LoggedBody(Arrays.copyOf(sink.array(), sink.size()), json);
    }

    /** A response as a log holds it. */
    public static LoggedBody response(ModelKey model, List<Tensor> outputs, boolean binary) {
        ByteSink sink = new ByteSink();
        InferRequest request = new InferRequest(
                "p-1", "client-7", set(List.of()), List.of(), binary, Map.of(), 0, InferRequest.NO_DEADLINE);
        InferResponse response = new InferResponse(model, set(outputs), 0, InferTiming.NONE);
        int json = new InferResponseEncoder()
                .encode(request, response, new ModelSignature("test", List.of(), List.of(), Map.of()), sink);
        return new LoggedBody(Arrays.copyOf(sink.array(), sink.size()), json);
    }

    public static Tensor floats(String name, Shape shape, float... values) {
        ByteBuffer memory = memory(4 * values.length);
        for (float value : values) {
            memory.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, shape, memory.flip());
    }

    public static Tensor doubles(String name, Shape shape, double... values) {
        ByteBuffer memory = memory(8 * values.length);
        for (double value : values) {
            memory.putDouble(value);
        }
        return new Tensor(name, DataType.FP64, shape, memory.flip());
    }

    /** A tensor of any integer type, BOOL, or the bits of FP16 and BF16. */
    public static Tensor integers(String name, DataType type, Shape shape, long... values) {
        ByteBuffer memory = memory(type.byteSize() * values.length);
        for (long value : values) {
            switch (type.byteSize()) {
                case 1 -> memory.put((byte) value);
                case 2 -> memory.putShort((short) value);
                case 4 -> memory.putInt((int) value);
                default -> memory.putLong(value);
            }
        }
        return new Tensor(name, type, shape, memory.flip());
    }

    public static Tensor texts(String name, Shape shape, String... values) {
        return bytes(
                name,
                shape,
                Arrays.stream(values)
                        .map(value -> value.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new));
    }

    public static Tensor bytes(String name, Shape shape, byte[]... values) {
        ByteBuffer memory =
                memory(Arrays.stream(values).mapToInt(value -> 4 + value.length).sum());
        for (byte[] value : values) {
            memory.putInt(value.length).put(value);
        }
        return new Tensor(name, DataType.BYTES, shape, memory.flip());
    }

    private static ByteBuffer memory(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorSet set(List<Tensor> tensors) {
        return new TensorSet(tensors, TensorBlock.unpooled(0));
    }
}
