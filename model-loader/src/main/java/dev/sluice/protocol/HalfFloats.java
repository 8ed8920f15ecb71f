package dev.sluice.protocol;

/**
 * The two 16-bit floating-point types as floats, which hold all their values exactly, and floats as these types.
 *
 * <p>Threading: stateless.
 *
 * @see "IEEE 754-2019, binary16; bfloat16 is the upper half of binary32"
 */
public final class HalfFloats {
    private HalfFloats() {}

    /** The value of a BF16. */
    public static float bf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The value of an FP16. */
    public static float fp16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0) {
            // Zero, or a subnormal: a multiple of 2^-24.
            float magnitude = fraction * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int wideExponent = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | (wideExponent << 23) | (fraction << 13));
    }

    /** The BF16 nearest to a value, of two equally near ones the even one; infinite where that is beyond its range. */
    public static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // quiet, so that cutting the fraction leaves no infinity
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The FP16 nearest to a value, of two equally near ones the even one; infinite where that is beyond its range. */
    public static short toFp16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        float magnitude = Math.abs(value);
        if (magnitude < 0x1p-14f) {
            // Zero, or a subnormal: a multiple of 2^-24. The product is exact, rint rounds to even.
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
        }
        if (magnitude >= 65520) {
            return (short) (sign | 0x7C00);
        }
        int shifted = (bits & 0x7FFFFFFF) - ((127 - 15) << 23);
        return (short) (sign | ((shifted + 0xFFF + ((shifted >>> 13) & 1)) >>> 13));
    }
}
