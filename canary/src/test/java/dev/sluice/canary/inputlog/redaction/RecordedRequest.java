package dev.sluice.canary.inputlog.redaction;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
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
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record in the making, of a request with any tensors; its memory tells whether all of it was given back. */
final class RecordedRequest {
    static final ModelKey MODEL = new ModelKey("people", 1);

    final TensorPool pool = new TensorPool(16 << 20);
    private final List<TensorSpec> inputSpecs = new ArrayList<>();
    private final List<TensorSpec> outputSpecs = new ArrayList<>();
    private final Map<String, ByteBuffer> inputs = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> outputs = new LinkedHashMap<>();
    private final Map<String, TensorSpec> sent = new HashMap<>();
    private final Map<String, FieldRule> redact = new HashMap<>();
    private final Map<String, ParameterValue> parameters = new HashMap<>();
    private @Nullable Set<String> allow;
    private List<String> features = List.of();
    private List<RequestedOutput> asked = List.of();
    private String clientId = "";
    private @Nullable String traceId;
    private @Nullable ErrorCode failure;
    private String message = "";
    private @Nullable ModelConfig config;
    private @Nullable ModelSignature signature;

    /** An input that the version has, and that the request has, too. */
    RecordedRequest input(String name, DataType type, Shape shape, ByteBuffer values) {
        inputSpecs.add(new TensorSpec(name, type, shape.rank() == 0 ? shape : shape.withFirst(Shape.DYNAMIC)));
        return sent(name, type, shape, values);
    }

    /** An input of the request, whether the version has it or not. */
    RecordedRequest sent(String name, DataType type, Shape shape, ByteBuffer values) {
        inputs.put(name, values);
        sent.put(name, new TensorSpec(name, type, shape));
        return this;
    }

    RecordedRequest output(String name, DataType type, Shape shape, ByteBuffer values) {
        outputSpecs.add(new TensorSpec(name, type, shape));
        outputs.put(name, values);
        sent.put(name, new TensorSpec(name, type, shape));
        return this;
    }

    RecordedRequest rule(String field, String rule) {
        redact.put(field, FieldRule.parse(rule));
        return this;
    }

    RecordedRequest allow(String... fields) {
        allow = Set.of(fields);
        return this;
    }

    RecordedRequest features(String... names) {
        features = List.of(names);
        return this;
    }

    RecordedRequest client(String id, String trace) {
        clientId = id;
        traceId = trace;
        return this;
    }

    RecordedRequest parameter(String name, ParameterValue value) {
        parameters.put(name, value);
        return this;
    }

    RecordedRequest asking(String... names) {
        asked = List.of(names).stream()
                .map(name -> new RequestedOutput(name, false, 0))
                .toList();
        return this;
    }

    RecordedRequest failed(ErrorCode code, String text) {
        failure = code;
        message = text;
        return this;
    }

    ModelConfig config() {
        if (config == null) {
            ModelConfig plain = ModelConfig.DEFAULT;
            LogConfig log = new LogConfig(
                    true, 1, Map.of(), LogConfig.By.PREDICTION, true, true, redact, Optional.ofNullable(allow));
            config = new ModelConfig(
                    plain.versions(),
                    plain.batching(),
                    plain.runtime(),
                    features,
                    plain.labels(),
                    plain.serving(),
                    plain.gate(),
                    plain.breaker(),
                    plain.transform(),
                    new MonitoringConfig(log, ValidationConfig.DEFAULT, FeedbackConfig.OFF));
        }
        return config;
    }

    ModelSignature signature() {
        if (signature == null) {
            signature = new ModelSignature("onnx", inputSpecs, outputSpecs, Map.of());
        }
        return signature;
    }

    InferRequest request() {
        return new InferRequest("p1", clientId, set(inputs), asked, false, parameters, 0, InferRequest.NO_DEADLINE);
    }

    InferenceRecord.Head head() {
        return new InferenceRecord.Head(
                "p1",
                Instant.EPOCH,
                clientId,
                traceId,
                MODEL,
                signature(),
                config(),
                "stable",
                RouteDecision.Reason.ROUTE,
                new RecordTiming(1, 0, InferTiming.NONE),
                new Selection(Selection.Reason.SHARE, 1),
                List.of("out_of_range:age"),
                failure,
                message);
    }

    /** A record with references of its own. */
    InferenceRecord record() {
        TensorSet answer = failure == null ? set(outputs) : null;
        return new InferenceRecord(head(), request(), answer, List.of(), List.of(), false);
    }

    private TensorSet set(Map<String, ByteBuffer> values) {
        long bytes = values.values().stream().mapToLong(ByteBuffer::capacity).sum();
        TensorBlock block = pool.acquire(Math.max(1, bytes));
        List<Tensor> tensors = new ArrayList<>();
        int at = 0;
        for (Map.Entry<String, ByteBuffer> value : values.entrySet()) {
            TensorSpec spec = Objects.requireNonNull(sent.get(value.getKey()));
            int length = value.getValue().capacity();
            block.memory().put(at, value.getValue(), 0, length);
            tensors.add(Tensor.in(block, at, length, value.getKey(), spec.dataType(), spec.shape()));
            at += length;
        }
        return new TensorSet(tensors, block);
    }

    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer texts(String... texts) {
        List<byte[]> encoded = new ArrayList<>();
        int bytes = 0;
        for (String text : texts) {
            encoded.add(text.getBytes(StandardCharsets.UTF_8));
            bytes += 4 + encoded.get(encoded.size() - 1).length;
        }
        ByteBuffer memory = memory(bytes);
        encoded.forEach(text -> memory.putInt(text.length).put(text));
        return memory.rewind();
    }

    static ByteBuffer floats(float... values) {
        ByteBuffer memory = memory(4 * values.length);
        for (float value : values) {
            memory.putFloat(value);
        }
        return memory.rewind();
    }

    static ByteBuffer longs(long... values) {
        ByteBuffer memory = memory(8 * values.length);
        for (long value : values) {
            memory.putLong(value);
        }
        return memory.rewind();
    }

    static List<String> texts(Tensor tensor) {
        ByteBuffer data = tensor.data();
        List<String> texts = new ArrayList<>();
        while (data.hasRemaining()) {
            byte[] text = new byte[data.getInt()];
            data.get(text);
            texts.add(new String(text, StandardCharsets.UTF_8));
        }
        return texts;
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[tensor.byteSize() / 4];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    static long[] longs(Tensor tensor) {
        long[] values = new long[tensor.byteSize() / 8];
        tensor.data().asLongBuffer().get(values);
        return values;
    }
}
