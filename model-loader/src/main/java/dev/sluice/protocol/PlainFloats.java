package dev.sluice.protocol;

import java.nio.ByteBuffer;

/**
 * Reads floats in their everyday form, {@code -12.345}, many in a row: what nearly all elements of large requests look like.
 *
 * <p>Stops before anything else (an exponent, more than 18 digits, unusual white space, an error), which {@link NumberParser}
 * and {@link JsonScanner} then read or refuse. One loop over local variables takes half the time of one call per token.
 *
 * <p>Threading: confined to one thread; holds where the last call stopped.
 */
final class PlainFloats {
    private static final int DIGITS_MAX = 18;

    private int stop;

    /**
     * Reads elements separated by a comma, and a space at most, into little-endian memory.
     *
     * @param from where the first element begins
     * @param at where the first float goes
     * @param countMax elements to read at most
     * @return elements read; {@link #stop} says where the last one ends
     */
    int read(byte[] bytes, int from, int end, ByteBuffer memory, int at, long countMax) {
        int count = 0;
        int next = from;
        stop = from;
        while (count < countMax) {
            int i = next;
            boolean negative = i < end && bytes[i] == '-';
            if (negative) {
                i++;
            }
            int wholeFrom = i;
            long digits = 0;
            int c = i < end ? bytes[i] - '0' : -1;
            while (c >= 0 && c <= 9) {
                digits = digits * 10 + c;
                i++;
                c = i < end ? bytes[i] - '0' : -1;
            }
            int wholeDigits = i - wholeFrom;
            if (wholeDigits == 0 || (wholeDigits > 1 && bytes[wholeFrom] == '0')) {
                break;
            }
            int scale = 0;
            if (c == '.' - '0') {
                int fractionFrom = ++i;
                c = i < end ? bytes[i] - '0' : -1;
                while (c >= 0 && c <= 9) {
                    digits = digits * 10 + c;
                    i++;
                    c = i < end ? bytes[i] - '0' : -1;
                }
                scale = i - fractionFrom;
                if (scale == 0) {
                    break;
                }
            }
            boolean ends = c == ',' - '0' || c == ']' - '0';
            if (!ends || wholeDigits + scale > DIGITS_MAX) {
                break;
            }
            float value = NumberParser.nearest(digits, scale);
            if (Float.isNaN(value)) {
                break;
            }
            memory.putFloat(at + Float.BYTES * count, negative ? -value : value);
            count++;
            stop = i;
            next = i + 1;
            if (next < end && bytes[next] == ' ') {
                next++;
            }
            if (c == ']' - '0') {
                break;
            }
        }
        return count;
    }

    /** Offset after the last element that was read, or where the first one begins when none was. */
    int stop() {
        return stop;
    }
}
