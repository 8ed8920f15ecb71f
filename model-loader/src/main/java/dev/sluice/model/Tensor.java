package dev.sluice.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One named tensor: element type, fixed shape and a view of the memory that holds its elements.
 *
 * <p>The memory is row-major and little-endian. {@link DataType#BYTES} elements are stored one after the other, each as an
 * unsigned 32-bit little-endian length followed by its bytes (the protocol's binary form). BOOL is one byte, 0 or 1.
 *
 * <p>Ownership: a tensor never owns its memory; the {@link TensorBlock} of its {@link TensorSet} does.
 *
 * <p>Threading: immutable; the memory may be read by several threads once it is written.
 */
public final class Tensor {
    private final String name;
    private final DataType dataType;
    private final Shape shape;
    private final ByteBuffer data;

    /**
     * A tensor over {@code data}, from its position to its limit.
     *
     * @param shape without dynamic dimensions
     * @param data position and limit are captured; later moves of the caller's buffer are not seen
     * @throws IllegalArgumentException if the number of bytes does not fit the shape (fixed-size types only)
     */
    public Tensor(String name, DataType dataType, Shape shape, ByteBuffer data) {
        this.name = name;
        this.dataType = dataType;
        this.shape = shape;
        this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (dataType.hasFixedSize()) {
            long expected = byteSize(name, dataType, shape);
            if (expected != this.data.remaining()) {
                throw new IllegalArgumentException("tensor '" + name + "': " + dataType + " " + shape + " takes "
                        + expected + " bytes, got " + this.data.remaining());
            }
        }
    }

    private static long byteSize(String name, DataType dataType, Shape shape) {
        try {
            return Math.multiplyExact(shape.elementCount(), (long) dataType.byteSize());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "': " + dataType + " " + shape + " takes more bytes than a long can count", e);
        }
    }

    public String name() {
        return name;
    }

    public DataType dataType() {
        return dataType;
    }

    public Shape shape() {
        return shape;
    }

    /** Bytes of the tensor's memory. */
    public int byteSize() {
        return data.capacity();
    }

    /** A new read-write view of the whole memory, position 0, little-endian. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The memory itself, without a new view: for absolute {@code get} and {@code put} only. Callers must not move its
     * position or limit.
     */
    public ByteBuffer memory() {
        return data;
    }

    /** This tensor under another name, over the same memory. */
    public Tensor renamed(String newName) {
        return new Tensor(newName, dataType, shape, data());
    }

    /**
     * Rows {@code from} (inclusive) to {@code to} (exclusive) along the first dimension, over the same memory.
     *
     * @throws IllegalArgumentException if the type is BYTES (its rows have no fixed offsets) or the rank is 0
     */
    public Tensor rows(int from, int to) {
        if (!dataType.hasFixedSize() || shape.rank() == 0) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' (" + dataType + " " + shape + ") cannot be sliced by rows");
        }
        long rows = shape.dimension(0);
        if (from < 0 || to < from || to > rows) {
            throw new IllegalArgumentException("rows [" + from + ", " + to + ") outside [0, " + rows + ")");
        }
        int rowBytes = rows == 0 ? 0 : (int) (data.capacity() / rows);
        return new Tensor(
                name, dataType, shape.withFirst(to - from), data.slice(from * rowBytes, (to - from) * rowBytes));
    }

    /** For example {@code x FP32 [1, 16]}. */
    @Override
    public String toString() {
        return name + " " + dataType + " " + shape;
    }
}
