package dev.sluice.canary.monitor.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Walks once through a JSON text; what is wrong is said with the file, the line and the path of the value.
 *
 * <p>Threading: confined to one thread.
 */
final class JsonCursor implements AutoCloseable {
    private static final int DEPTH_MAX = 64;
    private static final int SHOWN_MAX = 40;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();

    private final String file;
    private final String text;
    private final JsonParser parser;

    /** Reads what stands at the cursor. */
    interface Value {
        void read() throws ProfileException;
    }

    /** Reads the value of one member of an object. */
    interface Member {
        void read(String key) throws ProfileException;
    }

    /**
     * Stands at the text's first value.
     *
     * @param file what messages call it
     */
    JsonCursor(String file, String text) throws ProfileException {
        this.file = file;
        this.text = text;
        try {
            this.parser = FACTORY.createParser(text);
        } catch (IOException e) {
            throw new ProfileException(file + ": cannot be read: " + e.getMessage(), e);
        }
        next();
    }

    private JsonToken next() throws ProfileException {
        try {
            JsonToken token = parser.nextToken();
            return token == null ? JsonToken.NOT_AVAILABLE : token;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw new ProfileException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private ProfileException notJson(JsonProcessingException e) {
        String line = e.getLocation() == null
                ? ""
                : " line " + e.getLocation().getLineNr() + " column "
                        + e.getLocation().getColumnNr();
        String original =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        // What Python's json.dumps writes for them; the parser's own advice is for programmers.
        String message = original.startsWith("Non-standard token")
                ? "write NaN and the infinities as the strings \"NaN\", \"Infinity\" and \"-Infinity\""
                : original;
        return new ProfileException(file + line + ": is not JSON: " + message, e);
    }

    /** Passes the members of the object at the cursor, each with the cursor at its value. */
    void members(Member member) throws ProfileException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw wrong("an object");
        }
        while (next() != JsonToken.END_OBJECT) {
            String key = String.valueOf(currentName());
            next();
            member.read(key);
        }
    }

    /** Passes the elements of the array at the cursor. */
    void elements(int max, Value element) throws ProfileException {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw wrong("an array");
        }
        for (int i = 0; next() != JsonToken.END_ARRAY; i++) {
            if (i == max) {
                throw broken("must have at most " + max + " elements");
            }
            element.read();
        }
    }

    private @Nullable String currentName() throws ProfileException {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw new ProfileException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    boolean isNull() {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    /** Passes the value at the cursor, whatever it is. */
    void skip() throws ProfileException {
        try {
            parser.skipChildren();
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw new ProfileException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The text of the array at the cursor as it was written. */
    String rawArray() throws ProfileException {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw wrong("an array");
        }
        int from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        skip();
        return text.substring(from, Math.toIntExact(parser.currentLocation().getCharOffset()));
    }

    /** The string at the cursor, of 1 to {@code lengthMax} characters. */
    String string(int lengthMax) throws ProfileException {
        String rule = "a string of 1 to " + lengthMax + " characters";
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw wrong(rule);
        }
        String value = shown();
        if (value.isEmpty() || value.length() > lengthMax) {
            throw wrong(rule);
        }
        return value;
    }

    /**
     * The string at the cursor in another form.
     *
     * @param rule what it must be, for messages
     * @param form throws a {@link RuntimeException} when it is not
     */
    <T> T parsed(int lengthMax, String rule, Function<String, T> form) throws ProfileException {
        String value = string(lengthMax);
        try {
            return form.apply(value);
        } catch (RuntimeException e) {
            throw wrong(rule);
        }
    }

    /** The integer at the cursor. */
    long integer(long min, long max) throws ProfileException {
        String rule = "an integer in [" + min + ", " + max + "]";
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw wrong(rule);
        }
        try {
            long value = parser.getLongValue();
            if (value < min || value > max) {
                throw wrong(rule);
            }
            return value;
        } catch (IOException e) {
            throw wrong(rule);
        }
    }

    /** The number at the cursor. */
    double number() throws ProfileException {
        String rule = "a number";
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT) && !parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
            throw wrong(rule);
        }
        try {
            return parser.getDoubleValue();
        } catch (IOException e) {
            throw wrong(rule);
        }
    }

    /** The text of the number at the cursor as it was written. */
    String numberText() throws ProfileException {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT) && !parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
            throw wrong("a number");
        }
        return shown();
    }

    /** True or false at the cursor. */
    boolean bool() throws ProfileException {
        if (!parser.hasToken(JsonToken.VALUE_TRUE) && !parser.hasToken(JsonToken.VALUE_FALSE)) {
            throw wrong("true or false");
        }
        return parser.hasToken(JsonToken.VALUE_TRUE);
    }

    /** The text of the string, number or boolean at the cursor; a string may be empty. */
    String scalarText(int lengthMax) throws ProfileException {
        JsonToken token = parser.currentToken();
        String value = shown();
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL || value.length() > lengthMax) {
            throw wrong("a string of at most " + lengthMax + " characters, a number, true or false");
        }
        return value;
    }

    /** Checks that nothing follows the value that was read. */
    void requireEnd() throws ProfileException {
        if (next() != JsonToken.NOT_AVAILABLE) {
            throw new ProfileException(file + " line " + line() + ": something follows the profile's object");
        }
    }

    /** The value at the cursor breaks this rule. */
    ProfileException wrong(String rule) {
        String value = shown();
        String start = value.length() > SHOWN_MAX ? value.substring(0, SHOWN_MAX) + "…" : value;
        return broken("must be " + rule + ", got "
                + (parser.hasToken(JsonToken.VALUE_STRING) ? "string \"" + start + "\"" : start));
    }

    /** Something is wrong with or around the value at the cursor. */
    ProfileException broken(String what) {
        String place = place();
        return new ProfileException(file + " line " + line() + ": " + (place.isEmpty() ? "" : place + " ") + what);
    }

    private String shown() {
        JsonToken token = parser.currentToken();
        if (token == null || token == JsonToken.NOT_AVAILABLE) {
            return "nothing";
        }
        if (token.isStructStart()) {
            return token == JsonToken.START_OBJECT ? "an object" : "an array";
        }
        try {
            return String.valueOf(parser.getText());
        } catch (IOException e) {
            return "something that cannot be read";
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    /** For example {@code golden.rows[3].source}. */
    private String place() {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.replaceAll("/([0-9]+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.');
    }

    @Override
    public void close() throws ProfileException {
        try {
            parser.close();
        } catch (IOException e) {
            throw new ProfileException(file + ": cannot be closed: " + e.getMessage(), e);
        }
    }
}
