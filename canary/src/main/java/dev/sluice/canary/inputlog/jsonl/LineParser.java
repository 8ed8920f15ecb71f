package dev.sluice.canary.inputlog.jsonl;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;

/**
 * Reads one line of the input log. Fields may stand in any order; those that are not known are ignored.
 *
 * <p>Threading: stateless.
 */
final class LineParser {
    /** The newest schema that is known here. */
    static final int SCHEMA = 1;

    private LineParser() {}

    /**
     * Reads {@code bytes[from, to)}, without a line end.
     *
     * @throws MalformedLineException if that is no line of the input log
     */
    static LogLine parse(byte[] bytes, int from, int to) throws MalformedLineException {
        try (FieldReader fields = new FieldReader(bytes, from, to)) {
            LineDraft draft = new LineDraft(fields);
            draft.read();
            return draft.line();
        } catch (InputCoercionException e) {
            throw new MalformedLineException(
                    "expected an integer of at most 64 bits: " + e.getOriginalMessage(), false);
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw new MalformedLineException(
                    "expected JSON, got something else"
                            + (place == null ? "" : " at byte " + place.getByteOffset() + " of the line") + ": "
                            + firstLine(e.getOriginalMessage()),
                    false);
        } catch (IOException e) {
            throw new MalformedLineException("expected JSON: " + e.getMessage(), false);
        } catch (IllegalArgumentException e) {
            // What the values' own types refuse, such as an empty name of a model.
            throw new MalformedLineException(String.valueOf(e.getMessage()), false);
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
