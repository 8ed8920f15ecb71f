package dev.sluice.gateway.events;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
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

/** Records whose events are known to the byte. */
final class EventRecords {
    static final String ID = "0199f0a1c2d3e4f5a6b7c8d9e0f1a2b3";

    private static final ModelSignature SIGNATURE = new ModelSignature("onnx_onnxv1", List.of(), List.of(), Map.of());

    private EventRecords() {}

    /** A row of numbers and its score, of the canary, with the client's id and a trace. */
    static InferenceRecord answered() {
        return answered(ID);
    }

    /** The same under another id. */
    static InferenceRecord answered(String predictionId) {
        return record(
                head(predictionId, "canary", List.of(), null, ""),
                request(predictionId, List.of(), floats("x", Shape.of(1, 4), 0.1f, -2, Float.NaN, 1e10f)),
                set(floats("score", Shape.of(1, 1), 0.75f)));
    }

    /** It was read and failed. */
    static InferenceRecord failed() {
        return record(
                head(
                        ID,
                        "stable",
                        List.of("out_of_range:age", "missing:größe"),
                        ErrorCode.INVALID_INPUT,
                        "input 'x': shape [1, 4] is expected, got [1, 5]"),
                request(ID, List.of(), floats("x", Shape.of(1, 5), 1, 2, 3, 4, 5)),
                null);
    }

    /** It could not be read. */
    static InferenceRecord unread() {
        return record(head(ID, "stable", List.of(), ErrorCode.INVALID_INPUT, "the body is no JSON"), null, null);
    }

    /** Halves, and bytes that are no text, in both directions. */
    static InferenceRecord binary() {
        Tensor half = tensor("h", DataType.FP16, Shape.of(1, 2), 0x00, 0x3c, 0x00, 0xc0);
        Tensor bytes = tensor("b", DataType.BYTES, Shape.of(1), 2, 0, 0, 0, 0xff, 0x41);
        return record(
                head(ID, "stable", List.of(), null, ""),
                request(
                        ID,
                        List.of(new RequestedOutput("h", true, 0), new RequestedOutput("b", true, 0)),
                        half,
                        bytes,
                        floats("x", Shape.of(1), 1)),
                set(half, bytes, floats("score", Shape.of(1, 1), 0.5f)));
    }

    /** Only digests of the tensors are left, and the fields of the client are gone. */
    static InferenceRecord digest() {
        InferenceRecord whole = answered();
        InferenceRecord.Head head = whole.head();
        InferenceRecord redacted = new InferenceRecord(
                new InferenceRecord.Head(
                        head.predictionId(),
                        head.arrived(),
                        "",
                        null,
                        head.model(),
                        head.signature(),
                        head.config(),
                        head.arm(),
                        head.reason(),
                        head.timing(),
                        head.selection(),
                        head.flags(),
                        null,
                        ""),
                whole.request(),
                whole.outputs(),
                List.of(),
                List.of(),
                true);
        return redacted.digest();
    }

    /** One of so many numbers. */
    static InferenceRecord large(int numbers) {
        return record(
                head(ID, "stable", List.of(), null, ""),
                request(ID, List.of(), floats("x", Shape.of(1, numbers), new float[numbers])),
                set(floats("score", Shape.of(1, 1), 0.5f)));
    }

    private static InferenceRecord record(
            InferenceRecord.Head head, @Nullable InferRequest request, @Nullable TensorSet outputs) {
        return new InferenceRecord(head, request, outputs, List.of(), List.of(), false);
    }

    private static InferenceRecord.Head head(
            String predictionId, String arm, List<String> flags, @Nullable ErrorCode failure, String message) {
        boolean canary = arm.equals("canary");
        return new InferenceRecord.Head(
                predictionId,
                Instant.parse("2026-11-24T02:03:04.000005006Z"),
                canary ? "order 7" : "",
                canary ? "4bf92f3577b34da6a3ce929d0e0e4736" : null,
                new ModelKey("fraud/é", 3),
                SIGNATURE,
                ModelConfig.DEFAULT,
                arm,
                canary ? RouteDecision.Reason.SPLIT : RouteDecision.Reason.ROUTE,
                new RecordTiming(1_250_000, 100_000, InferTiming.NONE),
                selection(failure, flags, canary),
                flags,
                failure,
                message);
    }

    private static Selection selection(@Nullable ErrorCode failure, List<String> flags, boolean canary) {
        if (failure != null) {
            return new Selection(Selection.Reason.ERROR, 1);
        }
        return flags.isEmpty()
                ? new Selection(Selection.Reason.SHARE, canary ? 0.1 : 1)
                : new Selection(Selection.Reason.FLAGGED, 1);
    }

    private static InferRequest request(String predictionId, List<RequestedOutput> outputs, Tensor... inputs) {
        return new InferRequest(
                predictionId,
                outputs.isEmpty() ? "order 7" : "",
                set(inputs),
                outputs,
                false,
                outputs.isEmpty() ? Map.of("tenant", new ParameterValue.Text("a")) : Map.of(),
                0,
                InferRequest.NO_DEADLINE);
    }

    private static TensorSet set(Tensor... tensors) {
        return new TensorSet(List.of(tensors), TensorBlock.unpooled(ByteBuffer.allocate(0)));
    }

    private static Tensor floats(String name, Shape shape, float... values) {
        ByteBuffer memory = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            memory.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, shape, memory.flip());
    }

    private static Tensor tensor(String name, DataType type, Shape shape, int... bytes) {
        ByteBuffer memory = ByteBuffer.allocate(bytes.length);
        for (int each : bytes) {
            memory.put((byte) each);
        }
        return new Tensor(name, type, shape, memory.flip());
    }

    /** For messages that are compared. */
    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
