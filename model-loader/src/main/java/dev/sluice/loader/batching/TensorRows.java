package dev.sluice.loader.batching;

import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joining tensors along their first dimension, with one bulk copy each, and taking them apart again without a copy.
 *
 * <p>Threading: stateless.
 */
final class TensorRows {
    /** Tensors of one block begin at multiples of this many bytes: a cache line, and the widest vector register. */
    private static final int ALIGNMENT = 64;

    private TensorRows() {}

    /**
     * One tensor per input, over one new block, that holds the rows of all parts one after the other.
     *
     * @param parts at least one; each the same tensors in the same order with equal dtypes and row shapes
     * @return carries the only reference to the new block
     * @throws dev.sluice.model.InferenceException with OVERLOADED or PAYLOAD_TOO_LARGE when the pool has no block
     * @throws IllegalArgumentException if {@link #difference} finds one
     */
    static TensorSet join(TensorPool pool, List<List<Tensor>> parts) {
        String difference = difference(parts);
        if (difference != null) {
            throw new IllegalArgumentException(difference);
        }
        List<Tensor> first = parts.get(0);
        long total = 0;
        for (int i = 0; i < first.size(); i++) {
            for (List<Tensor> part : parts) {
                total += part.get(i).byteSize();
            }
            total = aligned(total);
        }
        TensorBlock block = pool.acquire(total);
        boolean done = false;
        try {
            List<Tensor> joined = copy(parts, block);
            done = true;
            return new TensorSet(joined, block);
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    /** Why these parts have no common shape of a row, or null. */
    static @Nullable String difference(List<List<Tensor>> parts) {
        List<Tensor> first = parts.get(0);
        for (List<Tensor> part : parts) {
            if (part.size() != first.size()) {
                return "one part has " + first.size() + " tensors, another has " + part.size();
            }
            for (int i = 0; i < first.size(); i++) {
                Tensor one = first.get(i);
                Tensor other = part.get(i);
                if (one.dataType() != other.dataType() || !one.shape().sameRowShape(other.shape())) {
                    return "'" + one.name() + "' is " + one.dataType() + " " + one.shape() + " in one part and "
                            + other.dataType() + " " + other.shape() + " in another";
                }
            }
        }
        return null;
    }

    private static List<Tensor> copy(List<List<Tensor>> parts, TensorBlock block) {
        List<Tensor> first = parts.get(0);
        ByteBuffer memory = block.memory();
        List<Tensor> joined = new ArrayList<>(first.size());
        int at = 0;
        for (int i = 0; i < first.size(); i++) {
            int begin = at;
            long rows = 0;
            for (List<Tensor> part : parts) {
                Tensor tensor = part.get(i);
                memory.put(at, tensor.base(), tensor.offset(), tensor.byteSize());
                at += tensor.byteSize();
                rows += tensor.shape().dimension(0);
            }
            Tensor model = first.get(i);
            Shape shape = model.shape().withFirst(rows);
            joined.add(new Tensor(model.name(), model.dataType(), shape, block.slice(begin, at - begin)));
            at = (int) aligned(at);
        }
        return joined;
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) of each tensor, over the same memory; any dtype. */
    static List<Tensor> slice(List<Tensor> tensors, int from, int to) {
        List<Tensor> slices = new ArrayList<>(tensors.size());
        for (Tensor tensor : tensors) {
            if (tensor.dataType().hasFixedSize()) {
                slices.add(tensor.rows(from, to));
            } else {
                long rowElements = tensor.shape().withFirst(1).elementCount();
                int begin = BytesElements.skip(tensor, 0, from * rowElements);
                int end = BytesElements.skip(tensor, begin, (to - from) * rowElements);
                slices.add(bytesRows(tensor, begin, end, to - from));
            }
        }
        return slices;
    }

    /**
     * Takes tensors apart into consecutive groups of rows, over the same memory. Walks each BYTES tensor once.
     *
     * @param rows rows of each group; their sum is the first dimension of every tensor
     * @return per group, the tensors in order
     */
    static List<List<Tensor>> split(List<Tensor> tensors, int[] rows) {
        List<List<Tensor>> groups = new ArrayList<>(rows.length);
        RowCursor[] cursors = new RowCursor[tensors.size()];
        for (int i = 0; i < cursors.length; i++) {
            cursors[i] = new RowCursor(tensors.get(i));
        }
        for (int count : rows) {
            if (cursors.length == 1) {
                groups.add(List.of(cursors[0].next(count)));
                continue;
            }
            Tensor[] group = new Tensor[cursors.length];
            for (int i = 0; i < group.length; i++) {
                group[i] = cursors[i].next(count);
            }
            groups.add(List.of(group));
        }
        return groups;
    }

    /** Takes rows off a tensor, the first ones first. */
    private static final class RowCursor {
        private final Tensor tensor;

        /** Of the last slice: most likely that of the next. */
        private Shape shape;

        private int row;
        private int textOffset;

        RowCursor(Tensor tensor) {
            this.tensor = tensor;
            this.shape = tensor.shape();
        }

        Tensor next(int count) {
            shape = shape.withFirst(count);
            int from = row;
            row += count;
            if (tensor.dataType().hasFixedSize()) {
                return tensor.rows(from, shape);
            }
            int begin = textOffset;
            textOffset = BytesElements.skip(tensor, begin, shape.elementCount());
            return bytesRows(tensor, begin, textOffset, count);
        }
    }

    private static Tensor bytesRows(Tensor tensor, int begin, int end, int rows) {
        return new Tensor(
                tensor.name(),
                tensor.dataType(),
                tensor.shape().withFirst(rows),
                tensor.memory().slice(begin, end - begin));
    }
}
