package dev.sluice.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Writes decimal numbers as JSON text.
 *
 * <p>Threading: stateless.
 */
final class DecimalWriter {
    /** Bytes that no number written here exceeds. */
    static final int BYTES_MAX = 32;

    private static final byte[] PAIRS = pairs();

    private DecimalWriter() {}

    private static byte[] pairs() {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            digits.append(i / 10).append(i % 10);
        }
        return digits.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes an unsigned integer at {@code at} and returns the offset after it. */
    static int unsigned(long value, byte[] out, int at) {
        long rest = value;
        if (rest < 0) {
            long quotient = Long.divideUnsigned(rest, 10);
            int end = unsigned(quotient, out, at);
            out[end] = (byte) ('0' + (rest - quotient * 10));
            return end + 1;
        }
        int end = at + digitCount(rest);
        digits(rest, out, end);
        return end;
    }

    /** Writes a signed integer at {@code at} and returns the offset after it. */
    static int signed(long value, byte[] out, int at) {
        if (value >= 0) {
            return unsigned(value, out, at);
        }
        out[at] = '-';
        return unsigned(-value, out, at + 1);
    }

    /**
     * Writes digits × 10^exponent: in plain form from 1e-4 up to below 1e16, always with a point, else as {@code 1.5e20}.
     *
     * @param digits 1 or greater
     * @return the offset after it
     */
    static int decimal(boolean negative, long digits, int exponent, byte[] out, int at) {
        int i = at;
        if (negative) {
            out[i++] = '-';
        }
        long significand = digits;
        int power = exponent;
        while (significand % 10 == 0) {
            significand /= 10;
            power++;
        }
        int count = digitCount(significand);
        int leading = count - 1 + power;
        if (leading < -4 || leading >= 16) {
            return scientific(significand, count, leading, out, i);
        }
        if (power >= 0) {
            digits(significand, out, i + count);
            i += count;
            for (int zeros = 0; zeros < power; zeros++) {
                out[i++] = '0';
            }
            out[i++] = '.';
            out[i++] = '0';
            return i;
        }
        if (leading >= 0) {
            digits(significand, out, i + count + 1);
            System.arraycopy(out, i + 1, out, i, leading + 1);
            out[i + leading + 1] = '.';
            return i + count + 1;
        }
        out[i++] = '0';
        out[i++] = '.';
        for (int zeros = leading + 1; zeros < 0; zeros++) {
            out[i++] = '0';
        }
        digits(significand, out, i + count);
        return i + count;
    }

    private static int scientific(long significand, int count, int leading, byte[] out, int at) {
        int i = at;
        if (count == 1) {
            out[i++] = (byte) ('0' + significand);
        } else {
            digits(significand, out, i + count + 1);
            out[i] = out[i + 1];
            out[i + 1] = '.';
            i += count + 1;
        }
        out[i++] = 'e';
        return signed(leading, out, i);
    }

    /** Writes the digits of {@code value} so that they end before {@code end}. */
    private static void digits(long value, byte[] out, int end) {
        int i = end;
        long rest = value;
        while (rest >= 100) {
            long quotient = rest / 100;
            int pair = 2 * (int) (rest - quotient * 100);
            rest = quotient;
            out[--i] = PAIRS[pair + 1];
            out[--i] = PAIRS[pair];
        }
        if (rest >= 10) {
            out[--i] = PAIRS[2 * (int) rest + 1];
            out[--i] = PAIRS[2 * (int) rest];
        } else {
            out[--i] = (byte) ('0' + rest);
        }
    }

    private static int digitCount(long value) {
        int count = 1;
        long bound = 10;
        while (count < 19 && value >= bound) {
            bound *= 10;
            count++;
        }
        return count;
    }
}
