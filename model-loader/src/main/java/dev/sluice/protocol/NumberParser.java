package dev.sluice.protocol;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import ch.randelshofer.fastdoubleparser.JavaFloatParser;

/**
 * Reads one JSON number and converts it exactly: integers without rounding, floats and doubles rounded once.
 *
 * <p>Threading: confined to one thread; holds the number read last.
 *
 * @see "RFC 8259, section 6 (grammar); W. Clinger, How to read floating point numbers accurately, PLDI 1990 (fast path)"
 */
final class NumberParser {
    /*
     * The digits are gathered as mantissa × 10^exponent with at most 18 significant digits, so the mantissa fits a long.
     *
     * double: a mantissa up to 2^53 and a power of ten up to 10^22 are both exact, one operation rounds once.
     * float: the same operation on doubles, with any mantissa, is within 2 units in the last place of the true value, also
     * when digits were dropped. Rounding that to float gives the right answer unless a point halfway between two floats is
     * so near that the error decides; the lower 29 bits of the double tell how near it is.
     * Everything else goes to the library, which reads the text again.
     */
    private static final int DIGITS_MAX = 18;
    private static final int EXPONENT_LIMIT = 1_000_000_000;
    private static final long EXACT_MANTISSA_MAX = 1L << 53;
    private static final int EXACT_POWER_MAX = 22;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final long FLOAT_DROPPED_BITS = (1L << 29) - 1;
    private static final long FLOAT_HALFWAY = 1L << 28;
    private static final long HALFWAY_MARGIN = 8;
    private static final long UNSIGNED_MAX_DIV_10 = Long.divideUnsigned(-1L, 10);

    private byte[] bytes = {};
    private int from;
    private int to;
    private boolean negative;
    private boolean integral;
    private boolean digitsDropped;
    private long mantissa;
    private long exponent;
    private long exponentPart;
    private long magnitude;

    /** Whether a number is an integer, and one that fits 64 bits. */
    enum Integrality {
        INTEGER,
        FRACTION,
        TOO_LARGE
    }

    /**
     * Reads the number that starts at {@code start}.
     *
     * @return the offset after it, or the bitwise complement of the offset at which it stops being a JSON number
     */
    int parse(byte[] source, int start, int end) {
        int i = start;
        boolean minus = i < end && source[i] == '-';
        if (minus) {
            i++;
        }
        int wholeFrom = i;
        long digits = 0;
        if (i < end && source[i] == '0') {
            i++;
            if (i < end && isDigit(source[i])) {
                return ~i;
            }
            wholeFrom = i;
        } else {
            while (i < end && isDigit(source[i])) {
                digits = digits * 10 + (source[i++] - '0');
            }
            if (i == wholeFrom) {
                return ~i;
            }
        }
        int digitCount = i - wholeFrom;
        int scale = 0;
        boolean whole = true;
        if (i < end && source[i] == '.') {
            whole = false;
            int fractionFrom = ++i;
            if (digitCount == 0) {
                while (i < end && source[i] == '0') {
                    i++;
                }
            }
            int significantFrom = i;
            while (i < end && isDigit(source[i])) {
                digits = digits * 10 + (source[i++] - '0');
            }
            if (i == fractionFrom) {
                return ~i;
            }
            digitCount += i - significantFrom;
            scale = i - fractionFrom;
        }
        long power = 0;
        if (i < end && (source[i] | 0x20) == 'e') {
            whole = false;
            i++;
            boolean powerMinus = i < end && source[i] == '-';
            if (i < end && (source[i] == '-' || source[i] == '+')) {
                i++;
            }
            int powerFrom = i;
            while (i < end && isDigit(source[i])) {
                power = Math.min(power * 10 + (source[i++] - '0'), EXPONENT_LIMIT * 10L);
            }
            if (i == powerFrom) {
                return ~i;
            }
            power = powerMinus ? -power : power;
        }
        bytes = source;
        from = start;
        to = i;
        negative = minus;
        integral = whole;
        digitsDropped = false;
        mantissa = digits;
        exponentPart = power;
        exponent = power - scale;
        if (digitCount > DIGITS_MAX) {
            keepLeadingDigits();
        }
        return i;
    }

    /** Gathers the mantissa again from the first 18 significant digits. */
    private void keepLeadingDigits() {
        long digits = 0;
        int kept = 0;
        long dropped = 0;
        boolean fraction = false;
        long scale = 0;
        for (int i = negative ? from + 1 : from; i < to && (bytes[i] | 0x20) != 'e'; i++) {
            if (bytes[i] == '.') {
                fraction = true;
                continue;
            }
            scale += fraction ? 1 : 0;
            if (kept < DIGITS_MAX) {
                digits = digits * 10 + (bytes[i] - '0');
                kept += digits == 0 ? 0 : 1;
            } else {
                dropped++;
                digitsDropped |= bytes[i] != '0';
            }
        }
        mantissa = digits;
        exponent = exponentPart - scale + dropped;
    }

    /** True when the text has neither a fraction nor an exponent. */
    boolean isIntegral() {
        return integral;
    }

    boolean isNegative() {
        return negative;
    }

    /** The nearest float, ties to even; infinite when out of range. */
    float floatValue() {
        if (mantissa == 0) {
            return negative ? -0.0f : 0.0f;
        }
        if (exponent >= -EXACT_POWER_MAX && exponent <= EXACT_POWER_MAX) {
            float value = nearest(scaled());
            if (!Float.isNaN(value)) {
                return negative ? -value : value;
            }
        }
        return JavaFloatParser.parseFloat(bytes, from, to - from);
    }

    /**
     * The float nearest to {@code digits / 10^scale}, ties to even; NaN where that cannot be told so simply.
     *
     * @param digits 0 or greater, at most 18 decimal digits
     * @param scale in [0, 22]
     */
    static float nearest(long digits, int scale) {
        return digits == 0 ? 0.0f : nearest(digits / POWERS[scale]);
    }

    /** The float nearest to a number that {@code near} is within 2 units in the last place of; NaN where that is not enough. */
    private static float nearest(double near) {
        long dropped = Double.doubleToRawLongBits(near) & FLOAT_DROPPED_BITS;
        boolean clear = Math.abs(dropped - FLOAT_HALFWAY) > HALFWAY_MARGIN
                && near >= Float.MIN_NORMAL
                && near < Float.MAX_VALUE;
        return clear ? (float) near : Float.NaN;
    }

    /** The nearest double, ties to even; infinite when out of range. */
    double doubleValue() {
        if (mantissa == 0) {
            return negative ? -0.0 : 0.0;
        }
        if (exponent >= -EXACT_POWER_MAX
                && exponent <= EXACT_POWER_MAX
                && mantissa <= EXACT_MANTISSA_MAX
                && !digitsDropped) {
            return negative ? -scaled() : scaled();
        }
        return JavaDoubleParser.parseDouble(bytes, from, to - from);
    }

    private double scaled() {
        return exponent < 0 ? mantissa / POWERS[(int) -exponent] : mantissa * POWERS[(int) exponent];
    }

    /** Decides whether the number is an integer; forms such as {@code 1e3} and {@code 2.50e1} are. */
    Integrality integrality() {
        if (integral && !digitsDropped && exponent == 0) {
            magnitude = mantissa;
            return Integrality.INTEGER;
        }
        return exactInteger();
    }

    /** After {@link Integrality#INTEGER}: the absolute value, unsigned. */
    long magnitude() {
        return magnitude;
    }

    private Integrality exactInteger() {
        if (mantissa == 0) {
            magnitude = 0;
            return Integrality.INTEGER;
        }
        int digitsTo = from;
        int lastNonZero = from;
        int point = -1;
        for (int i = from; i < to && (bytes[i] | 0x20) != 'e'; i++) {
            point = bytes[i] == '.' ? i : point;
            lastNonZero = bytes[i] >= '1' && bytes[i] <= '9' ? i : lastNonZero;
            digitsTo = i + 1;
        }
        point = point < 0 ? digitsTo : point;
        // Zeros to append after the last digit that is not 0; fewer than none of them means a fraction.
        long zeros = exponentPart + (lastNonZero < point ? point - 1 - lastNonZero : point - lastNonZero);
        if (zeros < 0) {
            return Integrality.FRACTION;
        }
        long value = 0;
        for (int i = from; i <= lastNonZero; i++) {
            if (isDigit(bytes[i])) {
                int digit = bytes[i] - '0';
                if (overflows(value, digit)) {
                    return Integrality.TOO_LARGE;
                }
                value = value * 10 + digit;
            }
        }
        for (long i = 0; i < zeros; i++) {
            if (overflows(value, 0)) {
                return Integrality.TOO_LARGE;
            }
            value *= 10;
        }
        magnitude = value;
        return Integrality.INTEGER;
    }

    private static boolean overflows(long value, int digit) {
        int order = Long.compareUnsigned(value, UNSIGNED_MAX_DIV_10);
        return order > 0 || (order == 0 && digit > 5);
    }

    /** The number's own text, shortened for a message. */
    String text() {
        return ClientText.plain(bytes, from, to);
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
