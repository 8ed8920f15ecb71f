package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a {@code parameters} object: a flat map from names to text, numbers and booleans.
 *
 * <p>Threading: confined to one thread.
 */
final class ParameterReader {
    private final JsonScanner scanner;
    private final CodecLimits limits;

    ParameterReader(JsonScanner scanner, CodecLimits limits) {
        this.scanner = scanner;
        this.limits = limits;
    }

    /**
     * Reads the next value; {@code null} is an empty map.
     *
     * @param label how messages name the owner, followed by a separator; empty for the request
     */
    Map<String, ParameterValue> read(String label) {
        if (scanner.tryLiteral("null")) {
            return Map.of();
        }
        if (!scanner.atObject()) {
            throw scanner.wrongKind(label + "parameters", "an object");
        }
        Map<String, ParameterValue> parameters = new LinkedHashMap<>();
        scanner.beginObject();
        while (scanner.nextKey()) {
            String key = scanner.key();
            if (parameters.containsKey(key)) {
                throw scanner.duplicateKey(key);
            }
            if (parameters.size() == limits.parametersMax()) {
                throw InferenceException.invalidInput(
                        label + "parameters must have at most " + limits.parametersMax() + " keys");
            }
            parameters.put(key, value(label, key));
        }
        return parameters;
    }

    private ParameterValue value(String label, String key) {
        if (scanner.atString()) {
            return new ParameterValue.Text(scanner.string());
        }
        if (scanner.tryLiteral("true")) {
            return new ParameterValue.Bool(true);
        }
        if (scanner.tryLiteral("false")) {
            return new ParameterValue.Bool(false);
        }
        if (!scanner.atNumber()) {
            throw scanner.wrongKind(label + "parameter " + ClientText.quote(key), "a string, a number, true or false");
        }
        NumberParser number = scanner.number();
        if (number.isIntegral()
                && number.integrality() == NumberParser.Integrality.INTEGER
                && IntegerRange.INT64.holds(number.isNegative(), number.magnitude())) {
            return new ParameterValue.Int(number.isNegative() ? -number.magnitude() : number.magnitude());
        }
        double real = number.doubleValue();
        if (Double.isInfinite(real)) {
            throw InferenceException.invalidInput(label + "parameter " + ClientText.quote(key)
                    + " must be in the range of a 64-bit floating-point number, got " + number.text());
        }
        return new ParameterValue.Real(real);
    }
}
