package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;

/**
 * A number as the bits of one element of a tensor.
 *
 * <p>Threading: stateless.
 */
final class ElementBits {
    private static final double INT64_LIMIT = 0x1p63;

    private ElementBits() {}

    /** Whether an element of that type can hold the value; for floating-point types, whether it is finite there. */
    static boolean fits(DataType type, double value) {
        return switch (type) {
            case BOOL -> value == 0 || value == 1;
            case UINT8, UINT16, UINT32 -> isWholeIn(value, 0, Math.scalb(1.0, 8 * type.byteSize()) - 1);
            case INT8, INT16, INT32 ->
                isWholeIn(
                        value, -Math.scalb(1.0, 8 * type.byteSize() - 1), Math.scalb(1.0, 8 * type.byteSize() - 1) - 1);
            case UINT64 -> isWholeIn(value, 0, INT64_LIMIT - 1024);
            case INT64 -> isWholeIn(value, -INT64_LIMIT, INT64_LIMIT - 1024);
            case FP16 -> Math.abs(value) < 65_504;
            case BF16, FP32 -> Math.abs(value) <= Float.MAX_VALUE;
            case FP64 -> Double.isFinite(value);
            case BYTES -> false;
        };
    }

    private static boolean isWholeIn(double value, double min, double max) {
        return value == Math.rint(value) && value >= min && value <= max;
    }

    /** The bits in the lowest bytes; the value must fit. */
    static long of(DataType type, double value) {
        return switch (type) {
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> (long) value;
            case FP16 -> FloatBits.toHalf((float) value);
            case BF16 -> Float.floatToRawIntBits((float) value) >>> 16;
            case FP32 -> Float.floatToRawIntBits((float) value);
            case FP64 -> Double.doubleToRawLongBits(value);
            case BYTES -> throw new IllegalArgumentException("text is no number");
        };
    }

    /** Writes {@code count} such elements at the buffer's position. */
    static void put(ByteBuffer memory, DataType type, long bits, int count) {
        for (int i = 0; i < count; i++) {
            switch (type.byteSize()) {
                case 1 -> memory.put((byte) bits);
                case 2 -> memory.putShort((short) bits);
                case 4 -> memory.putInt((int) bits);
                default -> memory.putLong(bits);
            }
        }
    }
}
