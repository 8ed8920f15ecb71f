package dev.sluice.canary.monitor.validation;

import dev.sluice.model.DataType;
import java.math.BigDecimal;

/**
 * Numbers as the floating-point types hold them.
 *
 * <p>Threading: stateless.
 *
 * @see "IEEE 754-2019, roundTiesToEven; bfloat16 has 8 bits of precision"
 */
final class Rounding {
    private static final double FP16_MAX = 65504;
    private static final double BF16_MAX = 0x1.FEp127;

    private Rounding() {}

    /** The nearest value of that type; infinite where the number lies beyond the largest. */
    static double nearest(DataType type, BigDecimal number) {
        return switch (type) {
            case FP32 -> number.floatValue();
            case FP64 -> number.doubleValue();
            case FP16 -> nearest(number.doubleValue(), 10, -14, FP16_MAX);
            case BF16 -> nearest(number.doubleValue(), 7, -126, BF16_MAX);
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES ->
                throw new IllegalArgumentException(type + " has no fractions");
        };
    }

    /**
     * @param fractionBits of a normal number
     * @param exponentMin of a normal number
     */
    private static double nearest(double value, int fractionBits, int exponentMin, double max) {
        int exponent = Math.max(exponentMin, Math.getExponent(value));
        double unit = Math.scalb(1.0, exponent - fractionBits);
        double rounded = Math.rint(value / unit) * unit;
        return Math.abs(rounded) > max ? Math.copySign(Double.POSITIVE_INFINITY, rounded) : rounded;
    }
}
