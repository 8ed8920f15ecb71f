package dev.sluice.loadtest.proof.speed.baseline;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Different inputs in direct memory, handed out in turn: so many that a processor does not keep what it learnt from a row until
 * that row comes again.
 *
 * <p>Threading: confined to one caller at a time; {@link #close} afterwards.
 */
final class InputRing implements AutoCloseable {
    private static final int ROWS_MIN = 1_024;
    private static final long BYTES_MAX = 16L << 20;
    private static final int TOKENS = 1_000;

    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private int next;

    /** @param length value of dynamic dimensions behind the first */
    InputRing(OrtEnvironment environment, Collection<NodeInfo> infos, int batch, long length, long seed)
            throws OrtException {
        Random random = new Random(seed);
        Map<NodeInfo, long[]> shapes = new LinkedHashMap<>();
        long bytes = 0;
        for (NodeInfo info : infos) {
            TensorInfo tensor = (TensorInfo) info.getInfo();
            long[] shape = tensor.getShape();
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shape[i] >= 0 ? shape[i] : i == 0 ? batch : length;
            }
            shapes.put(info, shape);
            bytes += TensorMemory.bytes(tensor.type, shape);
        }
        int size = size(batch, bytes);
        for (int i = 0; i < size; i++) {
            inputs.add(new LinkedHashMap<>());
        }
        for (Map.Entry<NodeInfo, long[]> entry : shapes.entrySet()) {
            fill(environment, entry.getKey(), entry.getValue(), random);
        }
    }

    /**
     * How many inputs there are: a thousand rows or more, unless those take too much memory, and never the same one twice
     * running.
     *
     * @param bytes of one input, all its tensors together
     */
    static int size(int batch, long bytes) {
        int forRows = (ROWS_MIN + batch - 1) / batch;
        return (int) Math.max(2, Math.min(forRows, BYTES_MAX / bytes));
    }

    /* One piece of memory for all, as rows lie one behind the other where a batch of them is made. */
    private void fill(OrtEnvironment environment, NodeInfo info, long[] shape, Random random) throws OrtException {
        OnnxJavaType type = ((TensorInfo) info.getInfo()).type;
        String name = info.getName();
        int bytes = TensorMemory.bytes(type, shape);
        ByteBuffer memory = TensorMemory.allocate(Math.multiplyExact(bytes, inputs.size()));
        while (memory.hasRemaining()) {
            if (type == OnnxJavaType.FLOAT) {
                memory.putFloat(random.nextFloat() * 2 - 1);
            } else {
                memory.putLong(name.contains("mask") ? 1 : name.contains("type") ? 0 : random.nextInt(TOKENS));
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            ByteBuffer slice = memory.slice(i * bytes, bytes).order(ByteOrder.nativeOrder());
            inputs.get(i).put(name, OnnxTensor.createTensor(environment, slice, shape, type));
        }
    }

    int size() {
        return inputs.size();
    }

    /** The next input; still owned by this ring. */
    Map<String, OnnxTensor> next() {
        Map<String, OnnxTensor> input = inputs.get(next);
        next = next + 1 == inputs.size() ? 0 : next + 1;
        return input;
    }

    @Override
    public void close() {
        inputs.forEach(input -> input.values().forEach(OnnxTensor::close));
    }
}
