package dev.sluice.protocol;

/**
 * Writes a finite double as the shortest decimal that reads back as the same double; of several, the one closest to it.
 *
 * <p>Threading: stateless.
 *
 * @see "R. Giulietti, The Schubfach way to render doubles, 2020, sections 9 and 10"
 */
final class DoubleWriter {
    private static final int FRACTION_BITS = 52;
    private static final int Q_MIN = -1074;
    private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
    private static final int EXPONENT_MASK = 0x7FF;
    private static final long MASK_63 = Long.MAX_VALUE;

    private DoubleWriter() {}

    /**
     * Writes {@code value} at {@code at}, where {@link DecimalWriter#BYTES_MAX} bytes are free.
     *
     * @param value finite
     * @return the offset after it
     */
    static int write(double value, byte[] out, int at) {
        long bits = Double.doubleToRawLongBits(value);
        boolean negative = bits < 0;
        long fraction = bits & (HIDDEN_BIT - 1);
        int biased = (int) (bits >>> FRACTION_BITS) & EXPONENT_MASK;
        if (biased == 0) {
            return fraction == 0 ? FloatWriter.zero(negative, out, at) : shortest(negative, Q_MIN, fraction, out, at);
        }
        long c = HIDDEN_BIT | fraction;
        int q = Q_MIN - 1 + biased;
        if (q <= 0 && q > -FRACTION_BITS - 1 && ((c >> -q) << -q) == c) {
            // An integer below 2^53 has no shorter decimal near enough.
            return DecimalWriter.decimal(negative, c >> -q, 0, out, at);
        }
        return shortest(negative, q, c, out, at);
    }

    /** The decimal for c × 2^q. */
    private static int shortest(boolean negative, int q, long c, byte[] out, int at) {
        // Quadruples: the value and the two ends of the interval that rounds to it.
        long middle = c << 2;
        long upper = middle + 2;
        boolean regular = c != HIDDEN_BIT || q == Q_MIN;
        long lower = regular ? middle - 2 : middle - 1;
        int k = regular ? PowersOfTen.floorLog10Pow2(q) : PowersOfTen.floorLog10ThreeQuartersPow2(q);
        int h = q + PowersOfTen.floorLog2Pow10(-k) + 2;
        long high = PowersOfTen.high(k);
        long low = PowersOfTen.low(k);
        long scaled = roundToOdd(high, low, middle << h);
        long scaledLower = roundToOdd(high, low, lower << h);
        long scaledUpper = roundToOdd(high, low, upper << h);
        // The ends belong to the interval only when c is even.
        int odd = (int) c & 1;

        long s = scaled >> 2;
        if (s >= 10) {
            long below = s / 10 * 10;
            long above = below + 10;
            boolean belowFits = scaledLower + odd <= (below << 2);
            boolean aboveFits = (above << 2) + odd <= scaledUpper;
            if (belowFits != aboveFits) {
                return DecimalWriter.decimal(negative, belowFits ? below : above, k, out, at);
            }
        }
        long t = s + 1;
        boolean sFits = scaledLower + odd <= (s << 2);
        boolean tFits = (t << 2) + odd <= scaledUpper;
        boolean takeS = sFits;
        if (sFits == tFits) {
            long order = scaled - ((s + t) << 1);
            takeS = order < 0 || (order == 0 && (s & 1) == 0);
        }
        return DecimalWriter.decimal(negative, takeS ? s : t, k, out, at);
    }

    private static long roundToOdd(long high, long low, long scaled) {
        long x1 = Math.multiplyHigh(low, scaled);
        long y0 = high * scaled;
        long y1 = Math.multiplyHigh(high, scaled);
        long z = (y0 >>> 1) + x1;
        long w = y1 + (z >>> 63);
        return w | (((z & MASK_63) + MASK_63) >>> 63);
    }
}
