package dev.sluice.canary.inputlog.table;

import dev.sluice.loader.verify.FloatBits;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * The elements of one tensor that belong to one row.
 *
 * <p>Threading: confined to one thread; valid until the record's tensors are released.
 */
public final class Cell {
    private final DataType type;
    private final ByteBuffer memory;
    private final int[] offsets;
    private final int from;
    private final int count;
    private final Shape shape;

    private Cell(DataType type, ByteBuffer memory, int[] offsets, int from, int count, Shape shape) {
        this.type = type;
        this.memory = memory;
        this.offsets = offsets;
        this.from = from;
        this.count = count;
        this.shape = shape;
    }

    /** All elements of a tensor. */
    static Cell of(Tensor tensor) {
        ByteBuffer memory = tensor.data();
        int count = Math.toIntExact(tensor.shape().elementCount());
        return new Cell(tensor.dataType(), memory, offsets(tensor, memory, count), 0, count, tensor.shape());
    }

    private static int[] offsets(Tensor tensor, ByteBuffer memory, int count) {
        if (tensor.dataType().hasFixedSize()) {
            return new int[0];
        }
        int[] offsets = new int[count];
        int at = 0;
        for (int i = 0; i < count; i++) {
            offsets[i] = at;
            at += Integer.BYTES + memory.getInt(at);
        }
        return offsets;
    }

    /** Row {@code row} of {@code rows} along the first dimension, without it. */
    Cell row(int row, int rows) {
        int elements = count / rows;
        long[] dimensions = shape.toArray();
        long[] inner = new long[dimensions.length - 1];
        System.arraycopy(dimensions, 1, inner, 0, inner.length);
        return new Cell(type, memory, offsets, from + row * elements, elements, Shape.of(inner));
    }

    /** One element of it. */
    Cell element(int index) {
        return new Cell(type, memory, offsets, from + index, 1, Shape.of());
    }

    /** Type of the elements. */
    public DataType type() {
        return type;
    }

    /** How many elements it has. */
    public int count() {
        return count;
    }

    /** How they lie, without the dimension of rows. */
    public Shape shape() {
        return shape;
    }

    /** Element {@code index} of BOOL. */
    public boolean bool(int index) {
        return memory.get(from + index) != 0;
    }

    /** Element {@code index} of an integer type; UINT64 as its 64 bits. */
    public long integer(int index) {
        int at = from + index;
        return switch (type) {
            case INT8 -> memory.get(at);
            case UINT8 -> Byte.toUnsignedLong(memory.get(at));
            case INT16 -> memory.getShort(2 * at);
            case UINT16 -> Short.toUnsignedLong(memory.getShort(2 * at));
            case INT32 -> memory.getInt(4 * at);
            case UINT32 -> Integer.toUnsignedLong(memory.getInt(4 * at));
            case INT64, UINT64 -> memory.getLong(8 * at);
            case BOOL, FP16, BF16, FP32, FP64, BYTES ->
                throw new IllegalArgumentException(type + " is not an integer type");
        };
    }

    /** Element {@code index} of FP16, BF16 or FP32. */
    public float single(int index) {
        int at = from + index;
        return type == DataType.FP32 ? memory.getFloat(4 * at) : (float) FloatBits.get(memory, type, at);
    }

    /** Element {@code index} of FP64. */
    public double real(int index) {
        return memory.getDouble(8 * (from + index));
    }

    /** Element {@code index} of BYTES. */
    public byte[] bytes(int index) {
        int at = offsets[from + index];
        byte[] bytes = new byte[memory.getInt(at)];
        memory.get(at + Integer.BYTES, bytes);
        return bytes;
    }
}
