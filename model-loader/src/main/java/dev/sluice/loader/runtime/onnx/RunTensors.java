package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    private final Map<String, OnnxTensor> byName = new LinkedHashMap<>();
    private final List<TensorBlock> copies = new ArrayList<>(0);

    RunTensors(NativeTensors natives, TensorPool pool) {
        this.natives = natives;
        this.pool = pool;
    }

    /** The tensors by name; valid until {@link #close}. */
    Map<String, OnnxTensor> byName() {
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
            byName.put(name, natives.ofText(TextCodec.decode(tensor, characterOperators), dimensions));
        } else {
            byName.put(name, natives.over(tensor.dataType(), readable(tensor), dimensions));
        }
    }

    /** Adds an output that the runtime shall write to {@code memory}. */
    void addOutput(String name, DataType dataType, ByteBuffer memory, long[] dimensions) throws OrtException {
        byName.put(name, natives.over(dataType, memory, dimensions));
    }

    @Override
    public void close() {
        byName.values().forEach(OnnxTensor::close);
        copies.forEach(TensorBlock::release);
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
        copies.add(copy);
        return copy.slice(0, data.remaining()).put(data).flip();
    }
}
