package dev.sluice.canary.inputlog.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the members of one JSON object; every value is read by the method of its kind, once.
 *
 * <p>Threading: confined to one thread.
 */
final class FieldReader implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(1 << 20)
                    .build())
            .build();

    private final JsonParser parser;
    private final byte[] bytes;
    private final int from;
    private String field = "";

    /** What to do with one member. */
    interface Member {
        void read(String name) throws IOException, MalformedLineException;
    }

    /** Reads {@code bytes[from, to)}. */
    FieldReader(byte[] bytes, int from, int to) throws IOException {
        this.bytes = bytes;
        this.from = from;
        this.parser = JSON.createParser(bytes, from, to - from);
    }

    /** Reads the object that is the whole line. */
    void line(Member member) throws IOException, MalformedLineException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedLineException("expected a JSON object, got " + kind(), false);
        }
        members(member);
        if (parser.nextToken() != null) {
            throw new MalformedLineException("expected the end of the line after the object, got " + kind(), false);
        }
    }

    /** Reads the object that is next. */
    void object(Member member) throws IOException, MalformedLineException {
        next(JsonToken.START_OBJECT, "an object");
        members(member);
    }

    /** Reads the array of objects that is next; {@code atEach} is called behind each. */
    void objects(Member member, Runnable atEach) throws IOException, MalformedLineException {
        String name = field;
        next(JsonToken.START_ARRAY, "an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            field = name;
            require(JsonToken.START_OBJECT, "an array of objects");
            members(member);
            atEach.run();
        }
    }

    private void members(Member member) throws IOException, MalformedLineException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            field = parser.currentName();
            member.read(field);
        }
    }

    void skip() throws IOException {
        parser.nextToken();
        parser.skipChildren();
    }

    String text() throws IOException, MalformedLineException {
        next(JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    List<String> texts() throws IOException, MalformedLineException {
        next(JsonToken.START_ARRAY, "an array of strings");
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(JsonToken.VALUE_STRING, "an array of strings");
            texts.add(parser.getText());
        }
        return texts;
    }

    long integer() throws IOException, MalformedLineException {
        next(JsonToken.VALUE_NUMBER_INT, "an integer");
        return parser.getLongValue();
    }

    long[] integers() throws IOException, MalformedLineException {
        next(JsonToken.START_ARRAY, "an array of integers");
        long[] integers = new long[8];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(JsonToken.VALUE_NUMBER_INT, "an array of integers");
            if (count == integers.length) {
                integers = Arrays.copyOf(integers, 2 * count);
            }
            integers[count++] = parser.getLongValue();
        }
        return Arrays.copyOf(integers, count);
    }

    double number() throws IOException, MalformedLineException {
        if (!parser.nextToken().isNumeric()) {
            throw wrong("a number", kind());
        }
        return parser.getDoubleValue();
    }

    boolean bool() throws IOException, MalformedLineException {
        if (!parser.nextToken().isBoolean()) {
            throw wrong("true or false", kind());
        }
        return parser.getBooleanValue();
    }

    Instant time() throws IOException, MalformedLineException {
        String text = text();
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw wrong("a time such as 2026-03-01T12:00:00.000000Z", "'" + text + "'");
        }
    }

    /** A checksum: eight hex digits. */
    int checksum() throws IOException, MalformedLineException {
        String text = text();
        try {
            return Integer.parseUnsignedInt(text, 16);
        } catch (NumberFormatException e) {
            throw wrong("eight hex digits", "'" + text + "'");
        }
    }

    byte[] base64() throws IOException, MalformedLineException {
        next(JsonToken.VALUE_STRING, "base64 text");
        return parser.getBinaryValue();
    }

    /** The object that is next, byte for byte as it stands in the line. */
    byte[] verbatim() throws IOException, MalformedLineException {
        next(JsonToken.START_OBJECT, "an object");
        int start = from + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return Arrays.copyOfRange(
                bytes, start, from + (int) parser.currentLocation().getByteOffset());
    }

    /** Gives the parser's buffers and names to the next line. */
    @Override
    public void close() throws IOException {
        parser.close();
    }

    MalformedLineException wrong(String expected, String actual) {
        return new MalformedLineException("field '" + field + "': expected " + expected + ", got " + actual, false);
    }

    private void next(JsonToken token, String expected) throws IOException, MalformedLineException {
        parser.nextToken();
        require(token, expected);
    }

    private void require(JsonToken token, String expected) throws MalformedLineException {
        if (parser.currentToken() != token) {
            throw wrong(expected, kind());
        }
    }

    private String kind() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
        };
    }
}
