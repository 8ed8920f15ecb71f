package dev.sluice.protocol;

import java.math.BigInteger;

/**
 * Powers of ten as 126-bit integers, rounded up, and the logarithms that go with them: the table of the Schubfach algorithm.
 *
 * <p>For k in [-324, 292], with 10^-k = b × 2^r and 2^125 ≤ b &lt; 2^126, the entry is g = ⌊b⌋ + 1, kept as two halves of 63
 * bits.
 *
 * <p>Threading: immutable.
 *
 * @see "R. Giulietti, The Schubfach way to render doubles, 2020, section 9.8"
 */
final class PowersOfTen {
    private static final int K_MIN = -324;
    private static final int K_MAX = 292;
    private static final int BITS = 126;
    private static final long[] HALVES = halves();

    private PowersOfTen() {}

    private static long[] halves() {
        long[] halves = new long[2 * (K_MAX - K_MIN + 1)];
        BigInteger low63 = BigInteger.ONE.shiftLeft(63).subtract(BigInteger.ONE);
        for (int k = K_MIN; k <= K_MAX; k++) {
            BigInteger power = BigInteger.TEN.pow(Math.abs(k));
            BigInteger floor = k <= 0
                    ? power.shiftLeft(BITS).shiftRight(power.bitLength())
                    : BigInteger.ONE.shiftLeft(BITS - 1 + power.bitLength()).divide(power);
            BigInteger g = floor.add(BigInteger.ONE);
            halves[2 * (k - K_MIN)] = g.shiftRight(63).longValueExact();
            halves[2 * (k - K_MIN) + 1] = g.and(low63).longValueExact();
        }
        return halves;
    }

    /** Upper half of the entry for k. */
    static long high(int k) {
        return HALVES[2 * (k - K_MIN)];
    }

    /** Lower half of the entry for k. */
    static long low(int k) {
        return HALVES[2 * (k - K_MIN) + 1];
    }

    /** ⌊log10(2^e)⌋ for |e| ≤ 6,432,162. */
    static int floorLog10Pow2(int e) {
        return (int) ((e * 661_971_961_083L) >> 41);
    }

    /** ⌊log10(3/4 × 2^e)⌋ for |e| ≤ 5,456,721. */
    static int floorLog10ThreeQuartersPow2(int e) {
        return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
    }

    /** ⌊log2(10^e)⌋ for |e| ≤ 1,838,394. */
    static int floorLog2Pow10(int e) {
        return (int) ((e * 913_124_641_741L) >> 38);
    }
}
