package dev.sluice.loader.runtime.onnx;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSpec;

/**
 * Where each output of one run lies in the run's one block.
 *
 * <p>Threading: confined to one thread while outputs are added; never changed afterwards.
 */
final class OutputLayout {
    /** Outputs start at multiples of a cache line, which also satisfies every vector instruction. */
    private static final int ALIGNMENT = 64;

    private final long[] offsets;
    private final long[] sizes;
    private int count;
    private long blockSize;

    /**
     * @param outputs how many will be added
     */
    OutputLayout(int outputs) {
        offsets = new long[outputs];
        sizes = new long[outputs];
    }

    /**
     * Adds an output of a type with a fixed size.
     *
     * @throws InferenceException with PAYLOAD_TOO_LARGE when its size does not fit a long
     */
    void add(TensorSpec spec, Shape shape) {
        add(byteSize(spec.name(), spec.dataType(), shape));
    }

    /** Adds an output of that many bytes. */
    void add(long byteSize) {
        offsets[count] = blockSize;
        sizes[count] = byteSize;
        count++;
        blockSize = Math.addExact(blockSize, (byteSize + ALIGNMENT - 1) & -ALIGNMENT);
    }

    /** Bytes that the block needs. */
    long blockSize() {
        return blockSize;
    }

    /** The output at {@code index}, in the order of adding, over its part of the block. */
    Tensor tensor(TensorBlock block, int index, TensorSpec spec, Shape shape) {
        return Tensor.in(block, (int) offsets[index], (int) sizes[index], spec.name(), spec.dataType(), shape);
    }

    private static long byteSize(String output, DataType dataType, Shape shape) {
        try {
            // Half of the range, so that rounding up to the alignment stays inside it too.
            long size = Math.multiplyExact(shape.elementCount(), (long) dataType.byteSize());
            if (size <= Long.MAX_VALUE / 2) {
                return size;
            }
        } catch (ArithmeticException e) {
            // Fails below, like the sizes that just fit.
        }
        throw new InferenceException(
                ErrorCode.PAYLOAD_TOO_LARGE, "output '" + output + "' of shape " + shape + " exceeds every memory");
    }
}
