package dev.sluice.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

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
    private final ByteBuffer base;
    private final int offset;
    private final int byteSize;

    /**
     * A tensor over {@code data}, from its position to its limit.
     *
     * @param shape without dynamic dimensions
     * @param data position and limit are captured; later moves of the caller's buffer are not seen
     * @throws IllegalArgumentException if the number of bytes does not fit the shape (fixed-size types only)
     */
    public Tensor(String name, DataType dataType, Shape shape, ByteBuffer data) {
        this(name, dataType, shape, data.slice().order(ByteOrder.LITTLE_ENDIAN), 0, data.remaining());
    }

    /** A tensor over {@code base[offset, offset + byteSize)}; nobody may move the position or limit of {@code base}. */
    private Tensor(String name, DataType dataType, Shape shape, ByteBuffer base, int offset, int byteSize) {
        this.name = name;
        this.dataType = dataType;
        this.shape = shape;
        this.base = base;
        this.offset = Objects.checkFromIndexSize(offset, byteSize, base.capacity());
        this.byteSize = byteSize;
        if (dataType.hasFixedSize()) {
            long expected = byteSize(name, dataType, shape);
            if (expected != byteSize) {
                throw new IllegalArgumentException("tensor '" + name + "': " + dataType + " " + shape + " takes "
                        + expected + " bytes, got " + byteSize);
            }
        }
    }

    /**
     * A tensor over a part of a block, without a view of its own: the cheapest there is.
     *
     * @param shape without dynamic dimensions
     * @param offset first byte in the block
     * @throws IllegalArgumentException if the number of bytes does not fit the shape (fixed-size types only)
     */
    public static Tensor in(TensorBlock block, int offset, int byteSize, String name, DataType dataType, Shape shape) {
        return new Tensor(name, dataType, shape, block.memory(), offset, byteSize);
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
        return byteSize;
    }

    /** A new read-write view of the tensor's memory, position 0, little-endian. */
    public ByteBuffer data() {
        return base.slice(offset, byteSize).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The tensor's memory, little-endian, its first byte at index 0: for absolute {@code get} and {@code put} only. May be a
     * new view; where every request comes by, {@link #base} and {@link #offset} spare that.
     */
    public ByteBuffer memory() {
        return byteSize == base.capacity() ? base : data();
    }

    /**
     * The little-endian memory that the tensor lies in, which may hold others as well: for absolute {@code get} and {@code
     * put} in [{@link #offset}, offset + {@link #byteSize}) only. Callers must not move its position or limit.
     */
    public ByteBuffer base() {
        return base;
    }

    /** Where the tensor begins in {@link #base}. */
    public int offset() {
        return offset;
    }

    /** This tensor under another name, over the same memory. */
    public Tensor renamed(String newName) {
        return new Tensor(newName, dataType, shape, base, offset, byteSize);
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
        return slice(from, shape.withFirst(to - from), rows);
    }

    /**
     * Rows along the first dimension, over the same memory: from {@code from} as many as the first dimension of {@code shape}.
     * Where many slices are alike, they can share their shape.
     *
     * @param sliceShape this tensor's with another first dimension
     * @throws IllegalArgumentException if the rows do not exist, the shapes of a row differ, or the type is BYTES
     */
    public Tensor rows(int from, Shape sliceShape) {
        if (!dataType.hasFixedSize() || !shape.sameRowShape(sliceShape)) {
            throw new IllegalArgumentException("tensor '" + name + "' (" + dataType + " " + shape
                    + ") cannot be sliced to rows of shape " + sliceShape);
        }
        long rows = shape.dimension(0);
        long to = from + sliceShape.dimension(0);
        if (from < 0 || to < from || to > rows) {
            throw new IllegalArgumentException("rows [" + from + ", " + to + ") outside [0, " + rows + ")");
        }
        return slice(from, sliceShape, rows);
    }

    private Tensor slice(int from, Shape sliceShape, long rows) {
        int rowBytes = rows == 0 ? 0 : (int) (byteSize / rows);
        return new Tensor(
                name, dataType, sliceShape, base, offset + from * rowBytes, (int) sliceShape.dimension(0) * rowBytes);
    }

    /** For example {@code x FP32 [1, 16]}. */
    @Override
    public String toString() {
        return name + " " + dataType + " " + shape;
    }
}
