package dev.sluice.protocol;

/**
 * The two 16-bit floating-point types as floats, which hold all their values exactly.
 *
 * <p>Threading: stateless.
 *
 * @see "IEEE 754-2019, binary16; bfloat16 is the upper half of binary32"
 */
final class HalfFloats {
    private HalfFloats() {}

    static float bf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static float fp16(short bits) {
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
}
