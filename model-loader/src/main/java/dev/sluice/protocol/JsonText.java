package dev.sluice.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The JSON string that a scanner read last, still in the body; unescaped only on demand.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "RFC 8259, section 7"
 */
final class JsonText {
    private static final int SCRATCH_KEPT_MAX = 65_536;

    private final JsonScanner scanner;
    private byte[] bytes = {};
    private int from;
    private int to;
    private boolean escaped;
    private byte[] scratch = {};

    JsonText(JsonScanner scanner) {
        this.scanner = scanner;
    }

    /**
     * Checks the string whose opening quote is at {@code start}.
     *
     * @return the offset after the closing quote
     */
    int scan(byte[] source, int start, int end) {
        boolean escapes = false;
        int i = start + 1;
        while (i < end) {
            int c = source[i];
            if (c == '"') {
                bytes = source;
                from = start + 1;
                to = i;
                escaped = escapes;
                return i + 1;
            }
            if (c == '\\') {
                escapes = true;
                i += escapeLength(source, i, end);
            } else if (c >= 0x20) {
                i++;
            } else if (c >= 0) {
                throw scanner.syntax(
                        i, String.format("control character 0x%02X in a string must be written as \\u%04x", c, c));
            } else {
                i += multiByteLength(source, i, end);
            }
        }
        throw scanner.syntax(end, "expected '\"' but the body ended inside a string");
    }

    private int multiByteLength(byte[] source, int i, int end) {
        int length = Utf8.sequenceLength(
                source[i],
                i + 1 < end ? source[i + 1] : 0,
                i + 2 < end ? source[i + 2] : 0,
                i + 3 < end ? source[i + 3] : 0);
        if (length == 0) {
            throw scanner.syntax(
                    i, String.format("byte 0x%02X in a string does not begin a UTF-8 character", source[i] & 0xFF));
        }
        return length;
    }

    private int escapeLength(byte[] source, int i, int end) {
        int c = i + 1 < end ? source[i + 1] : -1;
        return switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> unicodeEscapeLength(source, i, end);
            case -1 -> throw scanner.syntax(end, "expected '\"' but the body ended inside a string");
            default -> throw scanner.syntax(i, "unknown escape " + ClientText.quote(source, i, Math.min(i + 2, end)));
        };
    }

    private int unicodeEscapeLength(byte[] source, int i, int end) {
        int unit = hex(source, i + 2, end);
        if (unit < 0) {
            throw scanner.syntax(i, "\\u must be followed by four hexadecimal digits");
        }
        if (!Character.isSurrogate((char) unit)) {
            return 6;
        }
        if (Character.isHighSurrogate((char) unit) && i + 7 < end) {
            int low = source[i + 6] == '\\' && source[i + 7] == 'u' ? hex(source, i + 8, end) : -1;
            if (low >= 0 && Character.isLowSurrogate((char) low)) {
                return 12;
            }
        }
        throw scanner.syntax(i, String.format("lone surrogate \\u%04x", unit));
    }

    /** The four hexadecimal digits at {@code at}, or -1. */
    private static int hex(byte[] source, int at, int end) {
        if (at + 4 > end) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = source[i] < 0 ? -1 : Character.digit(source[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    /** Offset of the first byte after the opening quote. */
    int from() {
        return from;
    }

    /** True when the string is this ASCII text, written without escapes. */
    boolean is(String ascii) {
        return !escaped && JsonKeys.matches(ascii, bytes, from, to);
    }

    /** True when the string has exactly these bytes, written without escapes. */
    boolean is(byte[] utf8) {
        return !escaped && to - from == utf8.length && Arrays.equals(bytes, from, to, utf8, 0, utf8.length);
    }

    /** The value; a protocol word costs no new string. */
    String word(int bytesMax) {
        if (to - from > bytesMax) {
            throw JsonScanner.tooLong(to - from, bytesMax);
        }
        @Nullable String word = escaped ? null : JsonKeys.word(bytes, from, to);
        return word == null ? string() : word;
    }

    private String string() {
        if (!escaped) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int length = unescape();
        return new String(scratch, 0, length, StandardCharsets.UTF_8);
    }

    /** The raw text in double quotes, shortened and printable, for a message. */
    String quoted() {
        return '"' + ClientText.plain(bytes, from, to) + '"';
    }

    /** Writes the value as UTF-8 at {@code at} and returns its length, at most that of the raw text. */
    int copyTo(ByteBuffer target, int at) {
        if (!escaped) {
            target.put(at, bytes, from, to - from);
            return to - from;
        }
        int length = unescape();
        target.put(at, scratch, 0, length);
        return length;
    }

    private int unescape() {
        if (scratch.length < to - from || scratch.length > SCRATCH_KEPT_MAX) {
            scratch = new byte[Math.max(64, to - from)];
        }
        int length = 0;
        int i = from;
        while (i < to) {
            byte c = bytes[i];
            if (c != '\\') {
                scratch[length++] = c;
                i++;
                continue;
            }
            byte kind = bytes[i + 1];
            if (kind != 'u') {
                scratch[length++] = (byte) simpleEscape(kind);
                i += 2;
                continue;
            }
            int unit = hex(bytes, i + 2, to);
            i += 6;
            if (Character.isHighSurrogate((char) unit)) {
                unit = Character.toCodePoint((char) unit, (char) hex(bytes, i + 2, to));
                i += 6;
            }
            length = Utf8.encode(unit, scratch, length);
        }
        return length;
    }

    private static int simpleEscape(int kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> kind;
        };
    }
}
