package dev.sluice.loader.repository;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Splits protobuf's text format into words, strings and single characters.
 *
 * <p>Threading: confined to the thread that parses.
 *
 * @see "protobuf.dev, Text Format Language Specification: comments, escapes"
 */
final class ProtoLexer {
    /** Kinds of {@link #kind()}. */
    enum Kind {
        /** A name, a number, an enum constant; may begin with a minus sign. */
        WORD,
        /** A quoted string; {@link #text()} is what it stands for. */
        STRING,
        /** A single character such as a brace. */
        MARK,
        END
    }

    private final String source;
    private int at;
    private int line = 1;
    private Kind kind = Kind.END;
    private String text = "";
    private int tokenLine = 1;

    ProtoLexer(String source) throws ProtoTextException {
        this.source = source;
        next();
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return text;
    }

    /** 1-based line of the token. */
    int line() {
        return tokenLine;
    }

    boolean isMark(String mark) {
        return kind == Kind.MARK && text.equals(mark);
    }

    /** The token as a message shows it. */
    String describe() {
        return kind == Kind.END ? "the end of the file" : "'" + text + "'";
    }

    void next() throws ProtoTextException {
        skipBlanksAndComments();
        tokenLine = line;
        if (at >= source.length()) {
            kind = Kind.END;
            text = "";
            return;
        }
        char c = source.charAt(at);
        if (c == '"' || c == '\'') {
            kind = Kind.STRING;
            text = string(c);
        } else if (isWord(c)) {
            int from = at;
            while (at < source.length() && isWord(source.charAt(at))) {
                at++;
            }
            kind = Kind.WORD;
            text = source.substring(from, at);
        } else {
            at++;
            kind = Kind.MARK;
            text = String.valueOf(c);
        }
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || c == '+';
    }

    private void skipBlanksAndComments() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '#') {
                int end = source.indexOf('\n', at);
                at = end < 0 ? source.length() : end;
            } else if (Character.isWhitespace(c)) {
                if (c == '\n') {
                    line++;
                }
                at++;
            } else {
                return;
            }
        }
    }

    private String string(char quote) throws ProtoTextException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        at++;
        while (at < source.length() && source.charAt(at) != quote) {
            int c = source.codePointAt(at);
            at += Character.charCount(c);
            if (c == '\n') {
                break;
            }
            if (c == '\\') {
                escape(bytes);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        if (at >= source.length() || source.charAt(at) != quote) {
            throw new ProtoTextException(tokenLine, "a string is not closed on its line");
        }
        at++;
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void escape(ByteArrayOutputStream bytes) throws ProtoTextException {
        char c = at < source.length() ? source.charAt(at) : '\n';
        at++;
        switch (c) {
            case 'n' -> bytes.write('\n');
            case 't' -> bytes.write('\t');
            case 'r' -> bytes.write('\r');
            case 'a' -> bytes.write(7);
            case 'b' -> bytes.write('\b');
            case 'f' -> bytes.write('\f');
            case 'v' -> bytes.write(11);
            case '\\', '\'', '"', '?' -> bytes.write(c);
            case 'x', 'X' -> bytes.write(digits(1, 2, 16));
            case 'u' -> writeCodePoint(bytes, digits(4, 4, 16));
            case 'U' -> writeCodePoint(bytes, digits(8, 8, 16));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                bytes.write(digits(1, 3, 8));
            }
            default -> throw new ProtoTextException(line, "unknown escape '\\" + c + "' in a string");
        }
    }

    private void writeCodePoint(ByteArrayOutputStream bytes, int codePoint) throws ProtoTextException {
        if (!Character.isValidCodePoint(codePoint)) {
            throw new ProtoTextException(line, "an escape in a string is no character");
        }
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private int digits(int min, int max, int radix) throws ProtoTextException {
        int from = at;
        long value = 0;
        while (at < source.length() && at - from < max && Character.digit(source.charAt(at), radix) >= 0) {
            value = value * radix + Character.digit(source.charAt(at), radix);
            at++;
        }
        if (at - from < min || value > Integer.MAX_VALUE) {
            throw new ProtoTextException(line, "an escape in a string has the wrong digits");
        }
        return (int) value;
    }
}
