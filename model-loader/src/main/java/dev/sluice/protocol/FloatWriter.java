package dev.sluice.protocol;

/**
 * Writes a finite float as the shortest decimal that reads back as the same float; of several, the one closest to it.
 *
 * <p>Threading: stateless.
 *
 * @see "R. Giulietti, The Schubfach way to render doubles, 2020, sections 9 and 10"
 */
final class FloatWriter {
    private static final int FRACTION_BITS = 23;
    private static final int Q_MIN = -149;
    private static final int HIDDEN_BIT = 1 << FRACTION_BITS;
    private static final int EXPONENT_MASK = 0xFF;
    private static final long STICKY_MASK = (1L << 31) - 1;

    private FloatWriter() {}

    /**
     * Writes {@code value} at {@code at}, where {@link DecimalWriter#BYTES_MAX} bytes are free.
     *
     * @param value finite
     * @return the offset after it
     */
    static int write(float value, byte[] out, int at) {
        int bits = Float.floatToRawIntBits(value);
        boolean negative = bits < 0;
        int fraction = bits & (HIDDEN_BIT - 1);
        int biased = (bits >>> FRACTION_BITS) & EXPONENT_MASK;
        if (biased == 0) {
            return fraction == 0 ? zero(negative, out, at) : shortest(negative, Q_MIN, fraction, out, at);
        }
        int c = HIDDEN_BIT | fraction;
        int q = Q_MIN - 1 + biased;
        if (q <= 0 && q > -FRACTION_BITS - 1 && ((c >> -q) << -q) == c) {
            // An integer below 2^24 has no shorter decimal near enough.
            return DecimalWriter.decimal(negative, c >> -q, 0, out, at);
        }
        return shortest(negative, q, c, out, at);
    }

    /** Writes 0.0 or -0.0. */
    static int zero(boolean negative, byte[] out, int at) {
        int i = at;
        if (negative) {
            out[i++] = '-';
        }
        out[i++] = '0';
        out[i++] = '.';
        out[i++] = '0';
        return i;
    }

    /** The decimal for c × 2^q. */
    private static int shortest(boolean negative, int q, int c, byte[] out, int at) {
        // Quadruples: the value and the two ends of the interval that rounds to it.
        long middle = (long) c << 2;
        long upper = middle + 2;
        boolean regular = c != HIDDEN_BIT || q == Q_MIN;
        long lower = regular ? middle - 2 : middle - 1;
        int k = regular ? PowersOfTen.floorLog10Pow2(q) : PowersOfTen.floorLog10ThreeQuartersPow2(q);
        int h = q + PowersOfTen.floorLog2Pow10(-k) + 33;
        long g = PowersOfTen.high(k) + 1;
        int scaled = roundToOdd(g, middle << h);
        int scaledLower = roundToOdd(g, lower << h);
        int scaledUpper = roundToOdd(g, upper << h);
        // The ends belong to the interval only when c is even.
        int odd = c & 1;

        int s = scaled >> 2;
        if (s >= 10) {
            int below = s / 10 * 10;
            int above = below + 10;
            boolean belowFits = scaledLower + odd <= (below << 2);
            boolean aboveFits = (above << 2) + odd <= scaledUpper;
            if (belowFits != aboveFits) {
                return DecimalWriter.decimal(negative, belowFits ? below : above, k, out, at);
            }
        }
        int t = s + 1;
        boolean sFits = scaledLower + odd <= (s << 2);
        boolean tFits = (t << 2) + odd <= scaledUpper;
        boolean takeS = sFits;
        if (sFits == tFits) {
            int order = scaled - ((s + t) << 1);
            takeS = order < 0 || (order == 0 && (s & 1) == 0);
        }
        return DecimalWriter.decimal(negative, takeS ? s : t, k, out, at);
    }

    private static int roundToOdd(long g, long scaled) {
        long product = Math.multiplyHigh(g, scaled);
        return (int) ((product >>> 31) | (((product & STICKY_MASK) + STICKY_MASK) >>> 31));
    }
}
