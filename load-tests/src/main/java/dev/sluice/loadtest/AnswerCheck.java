package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a successful answer: is it by the model and version that were asked, and does it hold outputs.
 *
 * <p>Names that an answer leaves out are not missed; outputs are.
 *
 * <p>Threading: immutable.
 *
 * @param model the name that was asked for
 * @param version the version that was asked for, or null when the server chose
 * @param rule what else must be true of it
 * @see "Open Inference Protocol V2, Inference Response JSON Object"
 */
record AnswerCheck(String model, @Nullable String version, AnswerRule rule) {
    private static final JsonFactory JSON = new JsonFactory();

    AnswerCheck(String model, @Nullable String version) {
        this(model, version, AnswerRule.ANY);
    }

    static AnswerCheck of(LoadTarget target) {
        return new AnswerCheck(target.model(), target.version());
    }

    /** This check, and then the rule. */
    AnswerCheck and(AnswerRule further) {
        return new AnswerCheck(model, version, further);
    }

    /** What is wrong with the answer, or null. */
    @Nullable String complaint(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "the answer is no JSON object";
            }
            boolean outputs = false;
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "model_name" -> {
                        if (value == JsonToken.VALUE_STRING && !parser.getText().equals(model)) {
                            return "the answer must be by the model '" + model + "', but it is by '"
                                    + ServerText.line(parser.getText()) + "'";
                        }
                    }
                    case "model_version" -> {
                        if (version != null
                                && value == JsonToken.VALUE_STRING
                                && !parser.getText().equals(version)) {
                            return "the answer must be by version '" + version + "' of model '" + model
                                    + "', but it is by version '" + ServerText.line(parser.getText())
                                    + "'";
                        }
                    }
                    case "outputs" -> {
                        outputs = value == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY;
                        skipArray(parser, value);
                    }
                    default -> parser.skipChildren();
                }
            }
            return outputs ? rule.complaint(json) : "the answer holds no outputs";
        } catch (IOException e) {
            return "the answer is not JSON";
        }
    }

    /** From inside an array that may just have ended to its end. */
    private static void skipArray(JsonParser parser, @Nullable JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            if (parser.nextToken() == null) {
                return;
            }
        }
    }
}
