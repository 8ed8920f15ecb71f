package dev.sluice.loader.padding;

import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Joining rows of different lengths by padding them at their ends, and cutting outputs back.
 *
 * <p>Threading: stateless.
 */
public final class PaddedRows {
    /** Tensors of one block begin at multiples of this many bytes: a cache line, and the widest vector register. */
    private static final int ALIGNMENT = 64;

    private PaddedRows() {}

    /**
     * One tensor per input, over one new block, with the rows of all parts one after the other, each as long as {@code
     * length}.
     *
     * @param memory makes a block of so many bytes, contents undefined
     * @param parts at least one; each all inputs in the signature's order; they differ in rows and in length only
     * @param length of the longest part, or greater
     * @return carries the only reference to the new block
     */
    public static TensorSet join(
            LongFunction<TensorBlock> memory, PaddingRule rule, List<List<Tensor>> parts, int length) {
        List<Tensor> first = parts.get(0);
        long total = 0;
        for (int i = 0; i < first.size(); i++) {
            int axis = rule.inputs().get(i).axis();
            for (List<Tensor> part : parts) {
                total += paddedBytes(part.get(i), axis, length);
            }
            total = aligned(total);
        }
        TensorBlock block = memory.apply(total);
        boolean done = false;
        try {
            List<Tensor> joined = new ArrayList<>(first.size());
            int at = 0;
            for (int i = 0; i < first.size(); i++) {
                int begin = at;
                long rows = 0;
                for (List<Tensor> part : parts) {
                    at = put(block.memory(), at, part.get(i), rule.inputs().get(i), length);
                    rows += part.get(i).shape().dimension(0);
                }
                Tensor one = first.get(i);
                Shape shape = resized(
                        one.shape().withFirst(rows), rule.inputs().get(i).axis(), length);
                joined.add(new Tensor(one.name(), one.dataType(), shape, block.slice(begin, at - begin)));
                at = (int) aligned(at);
            }
            done = true;
            return new TensorSet(joined, block);
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    private static long paddedBytes(Tensor tensor, int axis, int length) {
        if (axis == PaddingRule.NO_AXIS) {
            return tensor.byteSize();
        }
        return tensor.byteSize() / tensor.shape().dimension(axis) * length;
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private static Shape resized(Shape shape, int axis, long length) {
        if (axis == PaddingRule.NO_AXIS) {
            return shape;
        }
        long[] dimensions = shape.toArray();
        dimensions[axis] = length;
        return Shape.of(dimensions);
    }

    /** Writes a tensor with its padding; returns where it ends. */
    private static int put(ByteBuffer memory, int begin, Tensor tensor, PaddingRule.Input input, int length) {
        ByteBuffer own = tensor.memory();
        if (input.axis() == PaddingRule.NO_AXIS) {
            memory.put(begin, own, 0, tensor.byteSize());
            return begin + tensor.byteSize();
        }
        int stretches = stretches(tensor.shape(), input.axis());
        int stretchBytes = stretches == 0 ? 0 : tensor.byteSize() / stretches;
        int paddingBytes =
                stretches == 0 ? 0 : (int) (paddedBytes(tensor, input.axis(), length) - tensor.byteSize()) / stretches;
        int at = begin;
        for (int i = 0; i < stretches; i++) {
            memory.put(at, own, i * stretchBytes, stretchBytes);
            at += stretchBytes;
            fill(memory, at, at + paddingBytes, tensor.dataType().byteSize(), input.fillBits());
            at += paddingBytes;
        }
        return at;
    }

    /** How many runs of elements lie together along that dimension: the product of all dimensions before it. */
    private static int stretches(Shape shape, int axis) {
        long product = 1;
        for (int i = 0; i < axis; i++) {
            product *= shape.dimension(i);
        }
        return Math.toIntExact(product);
    }

    private static void fill(ByteBuffer memory, int from, int to, int elementBytes, long bits) {
        for (int at = from; at < to; at += elementBytes) {
            switch (elementBytes) {
                case 1 -> memory.put(at, (byte) bits);
                case 2 -> memory.putShort(at, (short) bits);
                case 4 -> memory.putInt(at, (int) bits);
                default -> memory.putLong(at, bits);
            }
        }
    }

    /**
     * Some rows of a padded run's outputs at their own length: over the same memory where that lies together (one row whose
     * length is its first dimension), else in a block of their own.
     *
     * @param memory makes a block of so many bytes, contents undefined; may throw
     * @param padded rows of equal length; taken over, whatever happens
     * @param length their own, at most that of the run
     */
    public static TensorSet cut(LongFunction<TensorBlock> memory, PaddingRule rule, TensorSet padded, int length) {
        TensorSet cut = null;
        try {
            boolean together = true;
            long total = 0;
            for (Tensor tensor : padded.tensors()) {
                int axis = outputAxis(rule, tensor);
                together &= axis == PaddingRule.NO_AXIS || stretches(tensor.shape(), axis) == 1;
                total = aligned(total + cutBytes(tensor, axis, length));
            }
            cut = together ? views(rule, padded, length) : copies(memory.apply(total), rule, padded, length);
            return cut;
        } finally {
            if (cut == null || !cut.block().equals(padded.block())) {
                padded.release();
            }
        }
    }

    private static int outputAxis(PaddingRule rule, Tensor tensor) {
        return rule.outputAxes().getOrDefault(tensor.name(), PaddingRule.NO_AXIS);
    }

    private static int cutBytes(Tensor tensor, int axis, int length) {
        if (axis == PaddingRule.NO_AXIS) {
            return tensor.byteSize();
        }
        long padded = tensor.shape().dimension(axis);
        return padded == 0 ? 0 : (int) (tensor.byteSize() / padded * length);
    }

    private static TensorSet views(PaddingRule rule, TensorSet padded, int length) {
        List<Tensor> views = new ArrayList<>(padded.tensors().size());
        for (Tensor tensor : padded.tensors()) {
            int axis = outputAxis(rule, tensor);
            Shape shape = resized(tensor.shape(), axis, length);
            ByteBuffer own = tensor.memory().slice(0, cutBytes(tensor, axis, length));
            views.add(new Tensor(tensor.name(), tensor.dataType(), shape, own));
        }
        return new TensorSet(views, padded.block());
    }

    private static TensorSet copies(TensorBlock block, PaddingRule rule, TensorSet padded, int length) {
        List<Tensor> copies = new ArrayList<>(padded.tensors().size());
        int at = 0;
        for (Tensor tensor : padded.tensors()) {
            int axis = outputAxis(rule, tensor);
            int bytes = cutBytes(tensor, axis, length);
            int stretches = axis == PaddingRule.NO_AXIS ? 1 : stretches(tensor.shape(), axis);
            for (int i = 0; i < stretches; i++) {
                int from = tensor.byteSize() / stretches * i;
                block.memory().put(at + bytes / stretches * i, tensor.memory(), from, bytes / stretches);
            }
            Shape shape = resized(tensor.shape(), axis, length);
            copies.add(new Tensor(tensor.name(), tensor.dataType(), shape, block.slice(at, bytes)));
            at = (int) aligned(at + (long) bytes);
        }
        return new TensorSet(copies, block);
    }
}
