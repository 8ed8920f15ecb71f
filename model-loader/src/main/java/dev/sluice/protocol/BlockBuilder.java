package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The growing memory of one request at a time: tensors are appended to one pooled block, each at a multiple of 16 bytes.
 *
 * <p>Ownership: owns the block until {@link #finish}; {@link #discard} gives it back where decoding failed, and does nothing
 * afterwards.
 *
 * <p>Threading: confined to one thread.
 */
final class BlockBuilder {
    private static final int ALIGNMENT = 16;

    private final TensorPool pool;
    private @Nullable TensorBlock block;
    private int size;

    BlockBuilder(TensorPool pool) {
        this.pool = pool;
    }

    /**
     * Makes room at the end.
     *
     * @param bytes 0 or greater
     * @return the offset of that room
     * @throws dev.sluice.model.InferenceException PAYLOAD_TOO_LARGE or OVERLOADED, as the pool says
     */
    int append(long bytes) {
        long offset = (size + (ALIGNMENT - 1L)) & -ALIGNMENT;
        TensorBlock current = block;
        if (current == null || offset + bytes > current.capacity()) {
            TensorBlock larger = pool.acquire(offset + bytes);
            if (current != null) {
                larger.memory().put(0, current.memory(), 0, size);
                current.release();
            }
            block = larger;
        }
        size = (int) (offset + bytes);
        return (int) offset;
    }

    /** Gives room at the end back; {@code newSize} lies within what was appended last. */
    void trimTo(int newSize) {
        size = newSize;
    }

    /** Bytes in use, up to the end of what was appended last. */
    int size() {
        return size;
    }

    /** The whole memory for absolute access, valid until the next {@link #append}. */
    ByteBuffer memory() {
        return current().memory();
    }

    /** A tensor over this part of the block; make it once nothing more is appended. */
    Tensor tensor(int offset, int length, String name, DataType type, Shape shape) {
        return Tensor.in(current(), offset, length, name, type, shape);
    }

    /** Hands the block on, with its tensors; the builder can begin another. */
    TensorSet finish(List<Tensor> tensors) {
        TensorSet set = new TensorSet(tensors, current());
        block = null;
        size = 0;
        return set;
    }

    /** Gives the block back where it was not handed on. */
    void discard() {
        TensorBlock left = block;
        block = null;
        size = 0;
        if (left != null) {
            left.release();
        }
    }

    private TensorBlock current() {
        TensorBlock current = block;
        if (current == null) {
            current = pool.acquire(0);
            block = current;
        }
        return current;
    }
}
