package dev.sluice.loader.fakes;

import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Short ways to make tensors and requests, and to read them.
 *
 * <p>Threading: stateless.
 */
public final class Tensors {
    private Tensors() {}

    /** One FP32 tensor over pooled memory. */
    public static TensorSet floats(TensorPool pool, String name, Shape shape, float... values) {
        TensorBlock block = pool.acquire(4L * values.length);
        ByteBuffer memory = block.slice(0, 4 * values.length);
        for (int i = 0; i < values.length; i++) {
            memory.putFloat(4 * i, values[i]);
        }
        return new TensorSet(List.of(new Tensor(name, DataType.FP32, shape, memory)), block);
    }

    /** One BYTES tensor over pooled memory. */
    public static TensorSet strings(TensorPool pool, String name, Shape shape, String... values) {
        int size = 0;
        for (String value : values) {
            size += 4 + value.getBytes(StandardCharsets.UTF_8).length;
        }
        TensorBlock block = pool.acquire(size);
        ByteBuffer memory = block.slice(0, size);
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            memory.putInt(bytes.length).put(bytes);
        }
        return new TensorSet(List.of(new Tensor(name, DataType.BYTES, shape, memory.flip())), block);
    }

    public static InferRequest request(TensorSet inputs, String... outputs) {
        return request(inputs, InferRequest.NO_DEADLINE, outputs);
    }

    public static InferRequest request(TensorSet inputs, long deadlineNanos, String... outputs) {
        List<RequestedOutput> wanted = new ArrayList<>();
        for (String output : outputs) {
            wanted.add(new RequestedOutput(output, false, 0));
        }
        return new InferRequest("p-1", "", inputs, wanted, false, Map.of(), 0, deadlineNanos);
    }

    public static List<Float> floats(Tensor tensor) {
        List<Float> values = new ArrayList<>();
        for (int at = 0; at < tensor.byteSize(); at += 4) {
            values.add(tensor.memory().getFloat(at));
        }
        return values;
    }

    public static List<String> strings(Tensor tensor) {
        List<String> values = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            byte[] bytes = new byte[data.getInt()];
            data.get(bytes);
            values.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return values;
    }

    /** The sum of each row of {@code x} as {@code y FP32 [rows, 1]}. */
    public static TensorSet rowSums(TensorPool pool, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        int rows = (int) x.shape().dimension(0);
        float[] sums = new float[rows];
        List<Float> values = floats(x);
        for (int i = 0; i < values.size(); i++) {
            sums[i / (values.size() / rows)] += values.get(i);
        }
        return floats(pool, "y", Shape.of(rows, 1), sums);
    }
}
