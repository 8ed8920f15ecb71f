package dev.sluice.loadtest.proof.speed.baseline;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A run with everything in place: inputs in direct memory, outputs that the runtime writes into direct memory.
 *
 * <p>Threading: confined to one caller at a time; {@link #close} afterwards.
 */
final class PreparedRun implements AutoCloseable {
    private static final int TOKENS = 1_000;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxValue> outputs = new LinkedHashMap<>();

    /** @param length value of dynamic dimensions behind the first */
    PreparedRun(OrtEnvironment environment, OrtSession session, int batch, long length, long seed) throws OrtException {
        this.environment = environment;
        this.session = session;
        Random random = new Random(seed);
        for (NodeInfo input : session.getInputInfo().values()) {
            TensorInfo info = (TensorInfo) input.getInfo();
            long[] shape = info.getShape();
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shape[i] >= 0 ? shape[i] : i == 0 ? batch : length;
            }
            inputs.put(input.getName(), filled(input.getName(), info.type, shape, random));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                TensorInfo info = (TensorInfo) output.getValue().getInfo();
                outputs.put(output.getKey(), tensor(info.type, info.getShape(), memory(info.type, info.getShape())));
            }
        }
    }

    void run() throws OrtException {
        session.run(inputs, outputs).close();
    }

    private OnnxTensor filled(String name, OnnxJavaType type, long[] shape, Random random) throws OrtException {
        ByteBuffer memory = memory(type, shape);
        while (memory.hasRemaining()) {
            if (type == OnnxJavaType.FLOAT) {
                memory.putFloat(random.nextFloat() * 2 - 1);
            } else {
                memory.putLong(name.contains("mask") ? 1 : name.contains("type") ? 0 : random.nextInt(TOKENS));
            }
        }
        return tensor(type, shape, memory.flip());
    }

    private static ByteBuffer memory(OnnxJavaType type, long[] shape) {
        if (type != OnnxJavaType.FLOAT && type != OnnxJavaType.INT64) {
            throw new IllegalArgumentException("tensors must be float or int64, got " + type);
        }
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(elements * type.size)).order(ByteOrder.nativeOrder());
    }

    private OnnxTensor tensor(OnnxJavaType type, long[] shape, ByteBuffer memory) throws OrtException {
        return OnnxTensor.createTensor(environment, memory, shape, type);
    }

    @Override
    public void close() {
        List<OnnxValue> owned = new ArrayList<>(inputs.values());
        owned.addAll(outputs.values());
        Collections.reverse(owned);
        owned.forEach(OnnxValue::close);
    }
}
