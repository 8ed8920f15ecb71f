package dev.sluice.protocol;

import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * In which form the tensors of a body are written.
 *
 * <p>Threading: immutable.
 */
enum TensorForm {
    /** All in binary form. */
    BINARY,
    /** Those as JSON that have a JSON form. */
    JSON_IF_ANY,
    /** Those as JSON that read back from it with the same bits. */
    EXACT;

    private static final int FLOAT_INFINITY = 0x7F80_0000;
    private static final int FLOAT_NAN = 0x7FC0_0000;
    private static final long DOUBLE_INFINITY = 0x7FF0_0000_0000_0000L;
    private static final long DOUBLE_NAN = 0x7FF8_0000_0000_0000L;

    /** Whether a tensor is written in binary form. */
    boolean isBinary(Tensor tensor) {
        return switch (this) {
            case BINARY -> true;
            case JSON_IF_ANY -> !tensor.dataType().hasJsonForm();
            case EXACT -> !isExactInJson(tensor);
        };
    }

    private static boolean isExactInJson(Tensor tensor) {
        ByteBuffer memory = tensor.base();
        int from = tensor.offset();
        int to = from + tensor.byteSize();
        return switch (tensor.dataType()) {
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> true;
            case FP16, BF16 -> false;
            case BOOL -> isBooleans(memory, from, to);
            case FP32 -> isFloats(memory, from, to);
            case FP64 -> isDoubles(memory, from, to);
            case BYTES -> isText(memory, from, to);
        };
    }

    private static boolean isBooleans(ByteBuffer memory, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((memory.get(i) & 0xFE) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Of all NaNs, only the one that readers make of {@code "NaN"}. */
    private static boolean isFloats(ByteBuffer memory, int from, int to) {
        for (int i = from; i < to; i += Float.BYTES) {
            int bits = memory.getInt(i);
            if ((bits & Integer.MAX_VALUE) > FLOAT_INFINITY && bits != FLOAT_NAN) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDoubles(ByteBuffer memory, int from, int to) {
        for (int i = from; i < to; i += Double.BYTES) {
            long bits = memory.getLong(i);
            if ((bits & Long.MAX_VALUE) > DOUBLE_INFINITY && bits != DOUBLE_NAN) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(ByteBuffer memory, int from, int to) {
        int i = from;
        while (i < to) {
            int end = i + Integer.BYTES + memory.getInt(i);
            i += Integer.BYTES;
            while (i < end) {
                int length = memory.get(i) >= 0 ? 1 : Utf8.sequenceLength(memory, i, end);
                if (length == 0) {
                    return false;
                }
                i += length;
            }
        }
        return true;
    }
}
