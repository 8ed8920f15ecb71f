package dev.sluice.loader.transform.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a {@code tokenizer.json} says beside how to tokenize.
 *
 * <p>Threading: immutable.
 *
 * @param maxLength most tokens that the model was trained with; 0 = it does not say
 * @param padId the token that stands for padding
 * @see "Hugging Face tokenizers, the fields truncation, padding and added_tokens of tokenizer.json"
 */
public record TokenizerFile(int maxLength, long padId) {
    /** Names of the padding token where the file does not say its number. */
    private static final Set<String> PAD_TOKENS = Set.of("[PAD]", "<pad>", "<PAD>", "<|pad|>");

    /**
     * Reads them; O(size of the file), without holding it.
     *
     * @throws IOException if it is not readable, or not JSON
     */
    public static TokenizerFile read(Path file) throws IOException {
        int maxLength = 0;
        long padId = -1;
        long addedPadId = -1;
        try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("truncation") && value == JsonToken.START_OBJECT) {
                    maxLength = (int) Math.min(Integer.MAX_VALUE, Math.max(0, number(parser, "max_length", 0)));
                } else if (name.equals("padding") && value == JsonToken.START_OBJECT) {
                    padId = number(parser, "pad_id", -1);
                } else if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                    addedPadId = padAmong(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new TokenizerFile(maxLength, padId >= 0 ? padId : Math.max(0, addedPadId));
    }

    /** Reads an object to its end; the number of that field in it. */
    private static long number(JsonParser parser, String field, long fallback) throws IOException {
        long found = fallback;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(field);
            JsonToken value = parser.nextToken();
            if (wanted && value == JsonToken.VALUE_NUMBER_INT) {
                found = parser.getLongValue();
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }

    private static long padAmong(JsonParser parser) throws IOException {
        long found = -1;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            long id = -1;
            boolean pads = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
                    id = parser.getLongValue();
                } else if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                    pads = PAD_TOKENS.contains(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            found = pads && found < 0 ? id : found;
        }
        return found;
    }
}
