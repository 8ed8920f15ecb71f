package dev.sluice.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request's head that the HTTP engine has read before, and what they meant. Another head of the same bytes means
 * the same; only the digits of its Content-Length may differ.
 *
 * <p>Threading: immutable.
 */
final class KnownHead {
    private static final String LENGTH_FIELD = "\r\ncontent-length:";
    /** Enough for every body that is worked on the event loop. */
    static final int DIGITS_MAX = 6;

    private final byte[] before;
    private final byte[] after;
    private final InferHead meaning;
    private final ContentCoding acceptedCoding;

    private KnownHead(byte[] before, byte[] after, InferHead meaning, ContentCoding acceptedCoding) {
        this.before = before;
        this.after = after;
        this.meaning = meaning;
        this.acceptedCoding = acceptedCoding;
    }

    /**
     * Length of the head that the bytes begin with, with the empty line at its end, when nothing about it can be read in two
     * ways: lines of printable ASCII that end with CR LF and do not go on in the next one.
     *
     * @return -1 when it is not such a head, or not complete
     */
    static int plainLength(byte[] bytes) {
        int lineStart = 0;
        int at = 0;
        while (at < bytes.length) {
            byte b = bytes[at];
            boolean blank = b == ' ' || b == '\t';
            if (b == '\r') {
                if (at + 1 == bytes.length || bytes[at + 1] != '\n') {
                    return -1;
                }
                boolean empty = at == lineStart;
                at += 2;
                if (empty) {
                    return lineStart == 0 ? -1 : at;
                }
                lineStart = at;
            } else if ((b > ' ' && b < 0x7f) || (blank && at > lineStart)) {
                at++;
            } else {
                return -1;
            }
        }
        return -1;
    }

    /**
     * Remembers a head.
     *
     * @param head all of its bytes, as {@link #plainLength} finds them
     * @return null when it has not exactly one Content-Length line of plain digits
     */
    static @Nullable KnownHead of(byte[] head, InferHead meaning, ContentCoding acceptedCoding) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String lower = text.toLowerCase(Locale.ROOT);
        int field = lower.indexOf(LENGTH_FIELD);
        if (field < 0 || lower.indexOf(LENGTH_FIELD, field + 1) >= 0 || lower.length() != head.length) {
            return null;
        }
        int digits = field + LENGTH_FIELD.length();
        while (text.charAt(digits) == ' ') {
            digits++;
        }
        int end = digits;
        while (isDigit(head[end])) {
            end++;
        }
        if (end == digits || head[digits] == '0' || head[end] != '\r') {
            return null;
        }
        return new KnownHead(
                Arrays.copyOf(head, digits), Arrays.copyOfRange(head, end, head.length), meaning, acceptedCoding);
    }

    /**
     * Where the body begins, when the bytes are a request with this head and its whole body and nothing else.
     *
     * @return -1 when they are not
     */
    int bodyStart(byte[] bytes, int length) {
        int at = before.length;
        if (length < at + 1 + after.length || !Arrays.equals(bytes, 0, at, before, 0, at) || bytes[at] == '0') {
            return -1;
        }
        int bodyLength = 0;
        int digitsEnd = Math.min(at + DIGITS_MAX, length);
        while (at < digitsEnd && isDigit(bytes[at])) {
            bodyLength = 10 * bodyLength + bytes[at] - '0';
            at++;
        }
        int start = at + after.length;
        boolean same = at > before.length
                && length - start == bodyLength
                && Arrays.equals(bytes, at, start, after, 0, after.length);
        return same ? start : -1;
    }

    /** Whether every request that has one of these heads has the other one as well. */
    boolean isSame(KnownHead other) {
        return Arrays.equals(before, other.before) && Arrays.equals(after, other.after);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    InferHead meaning() {
        return meaning;
    }

    ContentCoding acceptedCoding() {
        return acceptedCoding;
    }
}
