package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies outputs that lie in the runtime's memory into one block of ours.
 *
 * <p>Threading: confined to the thread that runs the model.
 */
final class ResultCopy {
    /**
     * One output and its size in our form.
     *
     * @param text the elements' UTF-8 bytes; empty for other types than BYTES
     */
    private record Source(TensorSpec spec, OnnxTensor tensor, Shape shape, List<byte[]> text) {
        boolean isText() {
            return spec.dataType() == DataType.BYTES;
        }
    }

    private final NativeTensors natives;
    private final List<Source> sources = new ArrayList<>();

    ResultCopy(NativeTensors natives) {
        this.natives = natives;
    }

    /**
     * Adds an output.
     *
     * @param tensor must stay open until {@link #into} returns
     */
    void add(TensorSpec spec, OnnxTensor tensor) throws OrtException {
        List<byte[]> text = spec.dataType() == DataType.BYTES ? TextCodec.encode(texts(tensor.getValue())) : List.of();
        sources.add(new Source(spec, tensor, Shape.of(tensor.getInfo().getShape()), text));
    }

    /** The elements in row-major order; the binding gives a scalar as the text itself, all others as nested arrays. */
    private static String[] texts(Object value) {
        return value instanceof String scalar ? new String[] {scalar} : OrtUtil.flattenString(value);
    }

    /**
     * Copies all outputs in the order of adding.
     *
     * @return to be released by the caller
     */
    TensorSet into(TensorPool pool) throws OrtException {
        OutputLayout layout = new OutputLayout(sources.size());
        for (Source source : sources) {
            if (source.isText()) {
                layout.add(TextCodec.size(source.text()));
            } else {
                layout.add(source.spec(), source.shape());
            }
        }
        TensorBlock block = pool.acquire(layout.blockSize());
        boolean done = false;
        try {
            List<Tensor> results = new ArrayList<>(sources.size());
            for (int i = 0; i < sources.size(); i++) {
                Source source = sources.get(i);
                Tensor result = layout.tensor(block, i, source.spec(), source.shape());
                copy(source, result.data());
                results.add(result);
            }
            done = true;
            return new TensorSet(results, block);
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    private void copy(Source source, ByteBuffer memory) throws OrtException {
        if (source.isText()) {
            TextCodec.write(source.text(), memory);
        } else if (memory.hasRemaining()) {
            memory.put(natives.view(source.tensor()));
        }
    }
}
