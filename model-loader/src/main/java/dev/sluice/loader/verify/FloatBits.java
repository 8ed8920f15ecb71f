package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;

/**
 * Floating-point elements of every width as doubles, and halves from floats.
 *
 * <p>Threading: stateless.
 *
 * @see "IEEE 754-2019, binary16"
 */
public final class FloatBits {
    private FloatBits() {}

    /** Element {@code index} of memory that holds elements of a floating-point type. */
    public static double get(ByteBuffer memory, DataType type, int index) {
        return switch (type) {
            case FP16 -> fromHalf(memory.getShort(2 * index));
            case BF16 -> Float.intBitsToFloat(memory.getShort(2 * index) << 16);
            case FP32 -> memory.getFloat(4 * index);
            case FP64 -> memory.getDouble(8 * index);
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES ->
                throw new IllegalArgumentException(type + " is not a floating-point type");
        };
    }

    /** The value of 16 bits as a half. */
    static float fromHalf(short bits) {
        int exponent = (bits >>> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** The half next to {@code value}, towards zero; exact enough for made-up inputs. Finite values below 65,504 only. */
    static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int exponent = ((bits >>> 23) & 0xFF) - 127 + 15;
        if (exponent <= 0) {
            return (short) sign;
        }
        return (short) (sign | (exponent << 10) | ((bits >>> 13) & 0x3FF));
    }
}
