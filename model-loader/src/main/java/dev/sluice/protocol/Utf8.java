package dev.sluice.protocol;

import java.nio.ByteBuffer;

/**
 * UTF-8, byte by byte.
 *
 * <p>Threading: stateless.
 *
 * @see "RFC 3629, section 4; Unicode, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF"
 */
final class Utf8 {
    private Utf8() {}

    /**
     * Length in bytes of the sequence that starts with {@code b0}, or 0 when it is ill-formed.
     *
     * @param b0 first byte, 0x80 or above when read as unsigned
     * @param b1 the bytes after it, as they are; 0 where there is none
     */
    static int sequenceLength(int b0, int b1, int b2, int b3) {
        int lead = b0 & 0xFF;
        int second = b1 & 0xFF;
        if (lead < 0xC2 || lead > 0xF4 || !isContinuation(second)) {
            return 0;
        }
        if (lead < 0xE0) {
            return 2;
        }
        if (!isContinuation(b2)) {
            return 0;
        }
        if (lead < 0xF0) {
            boolean overlong = lead == 0xE0 && second < 0xA0;
            boolean surrogate = lead == 0xED && second > 0x9F;
            return overlong || surrogate ? 0 : 3;
        }
        boolean overlong = lead == 0xF0 && second < 0x90;
        boolean tooLarge = lead == 0xF4 && second > 0x8F;
        return overlong || tooLarge || !isContinuation(b3) ? 0 : 4;
    }

    /** As {@link #sequenceLength(int, int, int, int)}, of the bytes from {@code at} to {@code end}. */
    static int sequenceLength(ByteBuffer bytes, int at, int end) {
        return sequenceLength(
                bytes.get(at),
                at + 1 < end ? bytes.get(at + 1) : 0,
                at + 2 < end ? bytes.get(at + 2) : 0,
                at + 3 < end ? bytes.get(at + 3) : 0);
    }

    private static boolean isContinuation(int b) {
        return (b & 0xC0) == 0x80;
    }

    /** Writes a code point at {@code at}, where 4 bytes are free, and returns the offset after it. */
    static int encode(int codePoint, byte[] out, int at) {
        int i = at;
        if (codePoint < 0x80) {
            out[i++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            out[i++] = (byte) (0xC0 | (codePoint >> 6));
            out[i++] = continuation(codePoint);
        } else if (codePoint < 0x10000) {
            out[i++] = (byte) (0xE0 | (codePoint >> 12));
            out[i++] = continuation(codePoint >> 6);
            out[i++] = continuation(codePoint);
        } else {
            out[i++] = (byte) (0xF0 | (codePoint >> 18));
            out[i++] = continuation(codePoint >> 12);
            out[i++] = continuation(codePoint >> 6);
            out[i++] = continuation(codePoint);
        }
        return i;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }
}
