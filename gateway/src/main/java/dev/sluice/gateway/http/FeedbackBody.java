package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.feedback.GivenLabel;
import dev.sluice.canary.feedback.LabelError;
import dev.sluice.model.InferenceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The labels of a request: one JSON object, an array of them, or one in each line.
 *
 * <p>What is wrong with one label is said of that label, and the others are taken; a body that is not JSON, or holds too many, is
 * refused as a whole.
 *
 * <p>Threading: confined to one thread.
 */
final class FeedbackBody {
    private static final int DEPTH_MAX = 16;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build());

    private final List<GivenLabel> labels = new ArrayList<>();
    private final List<LabelError> errors = new ArrayList<>();
    private int received;
    private boolean single;

    private FeedbackBody() {}

    /**
     * Reads a body.
     *
     * @param lines whether each line is a label
     * @throws InferenceException with INVALID_INPUT if it is to be refused as a whole
     */
    static FeedbackBody parse(byte[] bytes, int offset, int length, boolean lines) {
        FeedbackBody body = new FeedbackBody();
        if (lines) {
            body.readLines(bytes, offset, length);
        } else {
            body.readJson(bytes, offset, length);
        }
        if (body.received == 0) {
            throw InferenceException.invalidInput("the body must hold at least one label");
        }
        return body;
    }

    /** Those that can be applied. */
    List<GivenLabel> labels() {
        return labels;
    }

    /** Those that cannot. */
    List<LabelError> errors() {
        return errors;
    }

    int received() {
        return received;
    }

    /** Whether the body is one label and not a list. */
    boolean isSingle() {
        return single;
    }

    private void readJson(byte[] bytes, int offset, int length) {
        try (JsonParser parser = MAPPER.createParser(bytes, offset, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    add(parser.<JsonNode>readValueAsTree());
                }
            } else if (first == JsonToken.START_OBJECT) {
                single = true;
                add(parser.<JsonNode>readValueAsTree());
            } else {
                throw InferenceException.invalidInput("the body must be a JSON object or an array of them"
                        + (first == null ? ", got nothing" : ", got " + Quoted.of(parser.getText())));
            }
            if (parser.nextToken() != null) {
                throw InferenceException.invalidInput(
                        "the body must be one JSON value; labels in lines of their own need"
                                + " Content-Type application/x-ndjson");
            }
        } catch (JsonProcessingException e) {
            throw InferenceException.invalidInput("the body is not JSON: " + place(e));
        } catch (IOException e) {
            throw InferenceException.invalidInput("the body is not JSON");
        }
    }

    private void readLines(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int from = offset;
        while (from < end) {
            int to = from;
            while (to < end && bytes[to] != '\n') {
                to++;
            }
            if (!isBlank(bytes, from, to)) {
                readLine(bytes, from, to - from);
            }
            from = to + 1;
        }
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void readLine(byte[] bytes, int offset, int length) {
        JsonNode item;
        try (JsonParser parser = MAPPER.createParser(bytes, offset, length)) {
            item = parser.readValueAsTree();
            if (parser.nextToken() != null) {
                error(count(), "the line must be one JSON object");
                return;
            }
        } catch (JsonProcessingException e) {
            error(count(), "the line is not JSON: " + place(e));
            return;
        } catch (IOException e) {
            error(count(), "the line is not JSON");
            return;
        }
        add(item);
    }

    /** What is wrong in one line, without the text around it. */
    private static String place(JsonProcessingException e) {
        return Quoted.of(String.valueOf(e.getOriginalMessage()).replace('\n', ' '));
    }

    private void add(JsonNode item) {
        int index = count();
        try {
            labels.add(LabelItem.read(index, item));
        } catch (InferenceException e) {
            error(index, String.valueOf(e.getMessage()));
        }
    }

    private int count() {
        if (received == FeedbackStore.LABELS_PER_REQUEST_MAX) {
            throw InferenceException.invalidInput("the body must hold at most " + FeedbackStore.LABELS_PER_REQUEST_MAX
                    + " labels, got more; nothing was applied");
        }
        return received++;
    }

    private void error(int index, String message) {
        errors.add(new LabelError(index, message));
    }
}
