package dev.sluice.protocol;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Strict pull reader of JSON in a byte array: the caller asks for what it expects next.
 *
 * <p>An object is read as {@code beginObject(); while (nextKey()) { switch (key()) … read or skip one value }}, an array as
 * {@code beginArray(); while (nextElement()) { read or skip one value }}. Syntax errors are INVALID_INPUT and name the byte,
 * counted from the start of the JSON. Nothing is allocated except the strings that are asked for.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "RFC 8259; no byte order mark, UTF-8 only, lone surrogates are refused"
 */
final class JsonScanner {
    private final CodecLimits limits;
    private final NumberParser numbers = new NumberParser();
    private final JsonText text = new JsonText(this);

    private byte[] bytes = {};
    private int base;
    private int position;
    private int end;
    private int depth;
    /** True between the opening of an object or array and its first entry. */
    private boolean fresh;

    JsonScanner(CodecLimits limits) {
        this.limits = limits;
    }

    /** Starts to read {@code source[from, to)}; the scanner refers to the array until the next call. */
    void reset(byte[] source, int from, int to) {
        bytes = source;
        base = from;
        position = from;
        end = to;
        depth = 0;
        fresh = false;
        if (to - from >= 3 && (source[from] & 0xFF) == 0xEF && (source[from + 1] & 0xFF) == 0xBB) {
            throw syntax(from, "the body starts with a byte order mark; send UTF-8 without one");
        }
    }

    /** Goes back to read again a value that was skipped at this depth. */
    void moveTo(int offset) {
        position = offset;
        fresh = false;
    }

    /** Goes on at a value inside of so many objects and arrays, which were not read. */
    void moveInto(int offset, int newDepth) {
        moveTo(offset);
        depth = newDepth;
    }

    /** Offset in the array of the next byte to read. */
    int position() {
        return position;
    }

    /** Offset in the array after the last byte of the JSON. */
    int end() {
        return end;
    }

    /** Bytes not yet read. */
    int remaining() {
        return end - position;
    }

    int depth() {
        return depth;
    }

    byte[] bytes() {
        return bytes;
    }

    /** First byte of the next token, unsigned, or -1 at the end. */
    int peek() {
        for (int i = position; i < end; i++) {
            byte c = bytes[i];
            if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
                position = i;
                return c & 0xFF;
            }
        }
        position = end;
        return -1;
    }

    boolean atObject() {
        return peek() == '{';
    }

    boolean atArray() {
        return peek() == '[';
    }

    boolean atString() {
        return peek() == '"';
    }

    boolean atNumber() {
        int c = peek();
        return NumberParser.isDigit(c) || c == '-';
    }

    /** Enters the object that {@link #atObject} announced. */
    void beginObject() {
        enter('{', "'{'");
    }

    /** Enters the array that {@link #atArray} announced. */
    void beginArray() {
        enter('[', "'['");
    }

    private void enter(int bracket, String expected) {
        if (peek() != bracket) {
            throw unexpected(expected);
        }
        if (depth == limits.jsonDepthMax()) {
            throw syntax(position, "objects and arrays are nested deeper than " + limits.jsonDepthMax());
        }
        depth++;
        position++;
        fresh = true;
    }

    /** Reads a key and its colon; false at the end of the object, which is then left. */
    boolean nextKey() {
        int c = peek();
        if (c == '}') {
            leave();
            return false;
        }
        if (fresh) {
            fresh = false;
            if (c != '"') {
                throw unexpected("'\"' or '}'");
            }
        } else {
            if (c != ',') {
                throw unexpected("',' or '}'");
            }
            position++;
            if (peek() != '"') {
                throw unexpected("'\"'");
            }
        }
        position = text.scan(bytes, position, end);
        if (peek() != ':') {
            throw unexpected("':'");
        }
        position++;
        return true;
    }

    /** Goes to the next element; false at the end of the array, which is then left. */
    boolean nextElement() {
        int c = peek();
        if (c == ']') {
            leave();
            return false;
        }
        if (fresh) {
            fresh = false;
        } else if (c == ',') {
            position++;
        } else {
            throw unexpected("',' or ']'");
        }
        return true;
    }

    private void leave() {
        position++;
        depth--;
        fresh = false;
    }

    /** The key or string read last; the protocol's words without a new string. */
    String key() {
        return text.word(limits.textBytesMax());
    }

    /** Adds the key read last to those of its object. */
    void requireNew(JsonKeys keys, String key) {
        if (!keys.add(key)) {
            throw duplicateKey(key);
        }
    }

    InferenceException duplicateKey(String key) {
        return syntax(text.from() - 1, "duplicate key " + ClientText.quote(key));
    }

    /** Reads the string that {@link #atString} announced; its value is then in {@link #lastText}. */
    void readString() {
        if (peek() != '"') {
            throw unexpected("'\"'");
        }
        position = text.scan(bytes, position, end);
    }

    /** The key or string read last. */
    JsonText lastText() {
        return text;
    }

    /** Reads the string that {@link #atString} announced, bounded by the limit on texts. */
    String string() {
        return string("");
    }

    /** Like {@link #string()}, but returns {@code likely} itself, and makes no new string, when that is what stands there. */
    String string(String likely) {
        readString();
        return text.is(likely) ? likely : text.word(limits.textBytesMax());
    }

    /** Reads the number that {@link #atNumber} announced. */
    NumberParser number() {
        peek();
        int next = numbers.parse(bytes, position, end);
        if (next < 0) {
            throw badNumber(~next);
        }
        position = next;
        return numbers;
    }

    /** Reads {@code true}, {@code false} or {@code null} when it comes next, else returns false. */
    boolean tryLiteral(String literal) {
        if (peek() != literal.charAt(0)) {
            return false;
        }
        int to = position + literal.length();
        if (to > end || !JsonKeys.matches(literal, bytes, position, to)) {
            throw unexpected("a value");
        }
        position = to;
        return true;
    }

    /** Checks and passes over one value of any kind. */
    void skipValue() {
        switch (peek()) {
            case '{' -> {
                beginObject();
                while (nextKey()) {
                    skipValue();
                }
            }
            case '[' -> {
                beginArray();
                while (nextElement()) {
                    skipValue();
                }
            }
            case '"' -> readString();
            case 't' -> tryLiteral("true");
            case 'f' -> tryLiteral("false");
            case 'n' -> tryLiteral("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("a value");
        }
    }

    /** Checks that only white space is left. */
    void requireEnd() {
        if (peek() >= 0) {
            throw unexpected("the end of the JSON");
        }
    }

    /** The next value is well-formed but of the wrong kind: "{place} must be {expected}, got {what is there}". */
    InferenceException wrongKind(String place, String expected) {
        return InferenceException.invalidInput(place + " must be " + expected + ", got " + describeNext());
    }

    /** What the next value is, in words; passes over it unless it is an object or array. */
    String describeNext() {
        return switch (peek()) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> {
                readString();
                yield "string " + text.quoted();
            }
            case 't', 'f', 'n' -> {
                int from = position;
                skipValue();
                yield new String(bytes, from, position - from, StandardCharsets.US_ASCII);
            }
            default -> {
                if (!atNumber()) {
                    throw unexpected("a value");
                }
                yield "number " + number().text();
            }
        };
    }

    /** A syntax error at the current position. */
    InferenceException unexpected(String expected) {
        int c = peek();
        if (expected.equals("a value")) {
            rejectBareNonFinite(position);
        }
        return syntax(position, "expected " + expected + " but " + (c < 0 ? "the body ended" : "found " + found(c)));
    }

    private InferenceException badNumber(int at) {
        if (at >= end) {
            return syntax(at, "expected a digit but the body ended");
        }
        rejectBareNonFinite(position);
        if (NumberParser.isDigit(bytes[at])) {
            return syntax(position, "a number must not start with 0 and another digit");
        }
        return syntax(at, "expected a digit but found " + found(bytes[at] & 0xFF));
    }

    private void rejectBareNonFinite(int at) {
        for (String name : new String[] {"NaN", "Infinity", "-Infinity"}) {
            int to = at + name.length();
            if (to <= end && JsonKeys.matches(name, bytes, at, to)) {
                throw syntax(
                        at,
                        name + " is not JSON; write "
                                + (name.equals("NaN") ? "NaN as null or \"NaN\"" : "it as \"" + name + "\""));
            }
        }
    }

    private static String found(int c) {
        return c > 0x20 && c < 0x7F ? "'" + (char) c + "'" : String.format("byte 0x%02X", c);
    }

    /** "invalid JSON at byte {offset in the JSON}: {message}". */
    InferenceException syntax(int at, String message) {
        return InferenceException.invalidInput("invalid JSON at byte " + (at - base) + ": " + message);
    }

    /** A text longer than its limit. */
    static InferenceException tooLong(int length, int max) {
        return new InferenceException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "a name, id, key or parameter of " + length + " bytes exceeds the limit of " + max + " bytes");
    }

    /** Writes the string read last at {@code at}, unescaped, and returns its length in bytes. */
    int copyText(ByteBuffer target, int at) {
        return text.copyTo(target, at);
    }
}
