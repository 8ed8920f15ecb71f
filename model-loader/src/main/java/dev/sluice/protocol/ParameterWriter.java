package dev.sluice.protocol;

import dev.sluice.model.ParameterValue;
import java.util.Map;

/**
 * Writes parameters as the members of a JSON object.
 *
 * <p>Threading: stateless.
 */
final class ParameterWriter {
    private ParameterWriter() {}

    /** Writes {@code "key":value} pairs with commas between them. */
    static void members(Map<String, ParameterValue> parameters, JsonWriter json) {
        boolean first = true;
        for (Map.Entry<String, ParameterValue> entry : parameters.entrySet()) {
            if (!first) {
                json.raw(',');
            }
            first = false;
            json.string(entry.getKey()).raw(':');
            value(entry.getValue(), json);
        }
    }

    private static void value(ParameterValue value, JsonWriter json) {
        if (value instanceof ParameterValue.Text text) {
            json.string(text.value());
        } else if (value instanceof ParameterValue.Bool bool) {
            json.bool(bool.value());
        } else if (value instanceof ParameterValue.Int integer) {
            json.signed(integer.value());
        } else if (value instanceof ParameterValue.Real real) {
            json.number(real.value());
        }
    }
}
