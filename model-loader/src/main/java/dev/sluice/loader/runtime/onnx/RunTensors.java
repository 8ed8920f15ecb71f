package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The runtime tensors of one run, by name, and the memory of those inputs that had to be copied.
 *
 * <p>Threading: confined to the thread that runs the model.
 */
final class RunTensors implements AutoCloseable {
    private final NativeTensors natives;
    private final TensorPool pool;
    private final String[] names;
    private final OnnxTensor[] tensors;
    private int count;

    /** Nearly always empty. */
    private List<TensorBlock> copies = List.of();

    /**
     * @param countMax how many will be added at most
     */
    RunTensors(NativeTensors natives, TensorPool pool, int countMax) {
        this.natives = natives;
        this.pool = pool;
        this.names = new String[countMax];
        this.tensors = new OnnxTensor[countMax];
    }

    /** The tensors by name; valid until {@link #close}. */
    Map<String, OnnxTensor> byName() {
        if (count == 1) {
            return Map.of(names[0], tensors[0]);
        }
        Map<String, OnnxTensor> byName = new HashMap<>(2 * count);
        for (int i = 0; i < count; i++) {
            byName.put(names[i], tensors[i]);
        }
        return byName;
    }

    /**
     * Adds an input over its own memory where the runtime can read that.
     *
     * @param characterOperators see {@link TextCodec#decode}
     */
    void addInput(String name, Tensor tensor, boolean characterOperators) throws OrtException {
        long[] dimensions = tensor.shape().toArray();
        if (tensor.dataType() == DataType.BYTES) {
            add(name, natives.ofText(TextCodec.decode(tensor, characterOperators), dimensions));
        } else {
            add(name, natives.over(tensor.dataType(), readable(tensor), dimensions));
        }
    }

    /** Adds an output that the runtime shall write to {@code memory}. */
    void addOutput(String name, DataType dataType, ByteBuffer memory, long[] dimensions) throws OrtException {
        add(name, natives.over(dataType, memory, dimensions));
    }

    private void add(String name, OnnxTensor tensor) {
        names[count] = name;
        tensors[count] = tensor;
        count++;
    }

    @Override
    public void close() {
        for (int i = 0; i < count; i++) {
            tensors[i].close();
        }
        for (TensorBlock copy : copies) {
            copy.release();
        }
    }

    /**
     * The tensor's memory, or a copy where it is not direct or its elements are not aligned: a tensor in the middle of a
     * request body may start anywhere, and compiled loops may rely on alignment.
     */
    private ByteBuffer readable(Tensor tensor) {
        ByteBuffer data = tensor.data();
        if (data.isDirect() && data.alignmentOffset(0, tensor.dataType().byteSize()) == 0) {
            return data;
        }
        TensorBlock copy = pool.acquire(data.remaining());
        if (copies.isEmpty()) {
            copies = new ArrayList<>(1);
        }
        copies.add(copy);
        return copy.slice(0, data.remaining()).put(data).flip();
    }
}
