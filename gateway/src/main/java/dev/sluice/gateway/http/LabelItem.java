package dev.sluice.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.feedback.GivenLabel;
import dev.sluice.canary.feedback.LabelValue;
import dev.sluice.canary.feedback.Prediction;
import dev.sluice.model.InferenceException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one label of a feedback request.
 *
 * <p>Threading: stateless.
 */
final class LabelItem {
    private static final Set<String> FIELDS = Set.of("prediction_id", "row", "label", "at");
    private static final int RANKED_MAX = 1_000;
    private static final String LABEL_FORMS =
            "'label' must be text, a number, a boolean or {\"ranked\": [\"a\", \"b\"], \"chosen\": \"b\"}, got ";

    private LabelItem() {}

    /**
     * Reads it.
     *
     * @param index of the item in its request
     * @throws InferenceException with INVALID_INPUT; the message names the field, what was expected and what came
     */
    static GivenLabel read(int index, JsonNode item) {
        if (!(item instanceof ObjectNode object)) {
            throw InferenceException.invalidInput(
                    "a label must be a JSON object such as {\"prediction_id\": \"…\", \"label\": 1}, got " + got(item));
        }
        requireKnown(object, FIELDS, "");
        String id = predictionId(object);
        int row = row(object.get("row"));
        int hash = id.lastIndexOf('#');
        if (hash >= 0) {
            int named = namedRow(id, hash);
            if (object.has("row") && row != named) {
                throw InferenceException.invalidInput("'row' must be " + named + " as in 'prediction_id', got " + row);
            }
            row = named;
            id = id.substring(0, hash);
        }
        return new GivenLabel(index, id, row, label(object.get("label")), at(object.get("at")));
    }

    private static void requireKnown(ObjectNode object, Set<String> known, String of) {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name)) {
                throw InferenceException.invalidInput("'" + of + Quoted.of(name) + "' is not a field; the fields are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private static String predictionId(ObjectNode object) {
        JsonNode id = object.get("prediction_id");
        if (id == null) {
            throw InferenceException.invalidInput(
                    "'prediction_id' is missing: it must be the id that came with the prediction");
        }
        if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > Prediction.ID_CHARS_MAX) {
            throw InferenceException.invalidInput(
                    "'prediction_id' must be text of 1 to " + Prediction.ID_CHARS_MAX + " characters, got " + got(id));
        }
        return id.textValue();
    }

    private static int row(@Nullable JsonNode row) {
        if (row == null) {
            return 0;
        }
        if (!row.isIntegralNumber() || !row.canConvertToInt() || row.intValue() < 0) {
            throw InferenceException.invalidInput("'row' must be an integer of 0 or greater, got " + got(row));
        }
        return row.intValue();
    }

    private static int namedRow(String id, int hash) {
        try {
            int row = Integer.parseInt(id.substring(hash + 1));
            if (row >= 0 && hash > 0) {
                return row;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw InferenceException.invalidInput(
                "'prediction_id' must be an id, or an id and a row such as 'id#0', got '" + Quoted.of(id) + "'");
    }

    private static LabelValue label(@Nullable JsonNode label) {
        if (label == null) {
            throw InferenceException.invalidInput("'label' is missing: it must say what was true");
        }
        try {
            if (label.isTextual()) {
                return LabelValue.of(label.textValue());
            }
            if (label.isBoolean()) {
                return LabelValue.of(label.booleanValue());
            }
            if (label.isIntegralNumber() && label.canConvertToLong()) {
                return LabelValue.of(label.longValue());
            }
            if (label.isNumber()) {
                return LabelValue.of(label.doubleValue());
            }
        } catch (IllegalArgumentException e) {
            throw InferenceException.invalidInput("'label': " + e.getMessage());
        }
        if (label instanceof ObjectNode choice) {
            return choice(choice);
        }
        throw InferenceException.invalidInput(LABEL_FORMS + got(label));
    }

    private static LabelValue choice(ObjectNode choice) {
        requireKnown(choice, Set.of("ranked", "chosen"), "label.");
        JsonNode ranked = choice.path("ranked");
        if (!ranked.isArray() || ranked.isEmpty() || ranked.size() > RANKED_MAX) {
            throw InferenceException.invalidInput("'label.ranked' must be an array of 1 to " + RANKED_MAX
                    + " texts, got " + (ranked.isArray() ? ranked.size() + " elements" : got(ranked)));
        }
        List<String> names = new ArrayList<>(ranked.size());
        for (JsonNode name : ranked) {
            if (!name.isTextual() || names.contains(name.textValue())) {
                throw InferenceException.invalidInput("'label.ranked' must hold texts, each once, got " + got(name));
            }
            names.add(name.textValue());
        }
        JsonNode chosen = choice.path("chosen");
        int index = chosen.isTextual()
                ? names.indexOf(chosen.textValue())
                : chosen.isIntegralNumber() && chosen.canConvertToInt() ? chosen.intValue() : -1;
        if (index < 0 || index >= names.size()) {
            throw InferenceException.invalidInput(
                    "'label.chosen' must be one of 'label.ranked', or its index from 0 to " + (names.size() - 1)
                            + ", got " + got(chosen));
        }
        try {
            return LabelValue.of(names, index);
        } catch (IllegalArgumentException e) {
            throw InferenceException.invalidInput("'label': " + e.getMessage());
        }
    }

    private static @Nullable Instant at(@Nullable JsonNode at) {
        if (at == null) {
            return null;
        }
        try {
            if (at.isTextual()) {
                return OffsetDateTime.parse(at.textValue()).toInstant();
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw InferenceException.invalidInput(
                "'at' must be a time such as \"2026-01-31T12:00:00Z\" (RFC 3339), got " + got(at));
    }

    private static String got(JsonNode node) {
        return node.isMissingNode() ? "nothing" : Quoted.of(node.toString());
    }
}
