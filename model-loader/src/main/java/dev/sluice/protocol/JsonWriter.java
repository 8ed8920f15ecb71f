package dev.sluice.protocol;

import java.nio.ByteBuffer;

/**
 * Writes JSON values into a {@link ByteSink}; punctuation is the caller's.
 *
 * <p>NaN and the infinities have no JSON number and are written as strings.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "RFC 8259"
 */
public final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final ByteSink sink;

    JsonWriter(ByteSink sink) {
        this.sink = sink;
    }

    /** Writes punctuation and keys as they are. */
    public JsonWriter raw(String ascii) {
        sink.put(ascii);
        return this;
    }

    public JsonWriter raw(char ascii) {
        sink.put(ascii);
        return this;
    }

    public void bool(boolean value) {
        sink.put(value ? "true" : "false");
    }

    public void signed(long value) {
        int at = sink.ensure(DecimalWriter.BYTES_MAX);
        sink.advanceTo(DecimalWriter.signed(value, sink.array(), at));
    }

    public void unsigned(long value) {
        int at = sink.ensure(DecimalWriter.BYTES_MAX);
        sink.advanceTo(DecimalWriter.unsigned(value, sink.array(), at));
    }

    public void number(float value) {
        if (Float.isFinite(value)) {
            int at = sink.ensure(DecimalWriter.BYTES_MAX);
            sink.advanceTo(FloatWriter.write(value, sink.array(), at));
        } else {
            nonFinite(value);
        }
    }

    public void number(double value) {
        if (Double.isFinite(value)) {
            int at = sink.ensure(DecimalWriter.BYTES_MAX);
            sink.advanceTo(DoubleWriter.write(value, sink.array(), at));
        } else {
            nonFinite(value);
        }
    }

    private void nonFinite(double value) {
        sink.put(Double.isNaN(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    }

    /** Writes a quoted string; a lone surrogate is written as an escape. */
    public JsonWriter string(String text) {
        int length = text.length();
        int plain = plainLength(text, length);
        sink.put('"');
        if (plain == length) {
            sink.put(text);
            sink.put('"');
            return this;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (!Character.isSurrogate(c)) {
                codePoint(c);
            } else if (i + 1 < length && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                codePoint(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                unicodeEscape(c);
            }
        }
        sink.put('"');
        return this;
    }

    /** Writes {@code length} bytes of UTF-8 as a quoted string; false, with nothing useful written, when ill-formed. */
    boolean string(ByteBuffer utf8, int from, int length) {
        sink.put('"');
        int to = from + length;
        int plainFrom = from;
        int i = from;
        while (i < to) {
            int c = utf8.get(i);
            if (c < 0) {
                int sequence = Utf8.sequenceLength(utf8, i, to);
                if (sequence == 0) {
                    return false;
                }
                i += sequence;
            } else if (c < 0x20 || c == '"' || c == '\\') {
                sink.put(utf8, plainFrom, i - plainFrom);
                ascii((char) c);
                plainFrom = ++i;
            } else {
                i++;
            }
        }
        sink.put(utf8, plainFrom, to - plainFrom);
        sink.put('"');
        return true;
    }

    /** How many characters at the start stand for themselves, one byte each. */
    private static int plainLength(String text, int length) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
                return i;
            }
        }
        return length;
    }

    private void codePoint(int codePoint) {
        int at = sink.ensure(4);
        sink.advanceTo(Utf8.encode(codePoint, sink.array(), at));
    }

    private void ascii(char c) {
        switch (c) {
            case '"' -> sink.put("\\\"");
            case '\\' -> sink.put("\\\\");
            case '\n' -> sink.put("\\n");
            case '\r' -> sink.put("\\r");
            case '\t' -> sink.put("\\t");
            default -> {
                if (c < 0x20) {
                    unicodeEscape(c);
                } else {
                    sink.put(c);
                }
            }
        }
    }

    private void unicodeEscape(char c) {
        sink.put("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            sink.put(HEX.charAt((c >> shift) & 15));
        }
    }
}
