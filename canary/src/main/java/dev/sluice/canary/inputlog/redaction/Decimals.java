package dev.sluice.canary.inputlog.redaction;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Rounds numbers to a decimal place, from the middle to the even digit.
 *
 * <p>The exact value of a number is rounded, not the decimal that it is usually shown as: 2.675 lies a little below that, and
 * becomes 2.67.
 *
 * <p>Threading: stateless.
 */
final class Decimals {
    private static final double[] POWERS = new double[16];
    private static final long[] INTEGER_POWERS = new long[16];

    static {
        long power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            INTEGER_POWERS[i] = power;
            POWERS[i] = power; // exact: 10^15 < 2^53
            power *= 10;
        }
    }

    private Decimals() {}

    /**
     * The double nearest to a value's rounding; not-a-numbers and infinities stay, negative zeros lose their sign.
     *
     * @param decimals in [-15, 15]; -2 rounds to hundreds
     */
    static double round(double value, int decimals) {
        if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            return value == 0 ? 0 : value;
        }
        double power = POWERS[Math.abs(decimals)];
        double scaled = decimals >= 0 ? value * power : value / power;
        if (Math.abs(scaled) >= 0x1p53) {
            // With decimals >= 0 neighbours of the value are further apart than the decimals to round to.
            return decimals >= 0 ? value : exactly(value, decimals);
        }
        double whole = Math.rint(scaled);
        double fromMiddle = Math.abs(Math.abs(scaled - whole) - 0.5);
        if (fromMiddle <= Math.ulp(scaled)) {
            return exactly(value, decimals); // the product was rounded itself
        }
        return (decimals >= 0 ? whole / power : whole * power) + 0.0;
    }

    /** The multiple before a value, seen from zero. */
    static double towardsZero(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.DOWN).doubleValue();
    }

    private static double exactly(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
    }

    /**
     * The rounding of an integer, or where the range does not hold it the multiple before.
     *
     * @param decimals in [-15, 15]; integers have none, so that only negative ones change anything
     * @param min smallest of the range
     * @param max largest of it
     */
    static long round(long value, int decimals, long min, long max) {
        if (decimals >= 0) {
            return value;
        }
        long power = INTEGER_POWERS[-decimals];
        long quotient = value / power;
        long rest = Math.abs(value % power);
        if (isUp(rest, power, quotient)) {
            long next = quotient + (value < 0 ? -1 : 1);
            boolean fits = value < 0 ? next >= min / power : next <= max / power;
            quotient = fits ? next : quotient;
        }
        return quotient * power;
    }

    /** The same for an unsigned integer of 64 bits. */
    static long roundUnsigned(long value, int decimals) {
        if (decimals >= 0) {
            return value;
        }
        long power = INTEGER_POWERS[-decimals];
        long quotient = Long.divideUnsigned(value, power);
        boolean up = isUp(Long.remainderUnsigned(value, power), power, quotient)
                && Long.compareUnsigned(quotient, Long.divideUnsigned(-1L, power)) < 0;
        return (up ? quotient + 1 : quotient) * power;
    }

    private static boolean isUp(long rest, long power, long quotient) {
        long missing = power - rest;
        return rest > missing || (rest == missing && (quotient & 1) != 0);
    }
}
