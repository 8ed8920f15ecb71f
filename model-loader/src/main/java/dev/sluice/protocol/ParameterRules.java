package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;

/**
 * What a named parameter must be.
 *
 * <p>Threading: stateless.
 */
final class ParameterRules {
    private ParameterRules() {}

    /**
     * A boolean.
     *
     * @param label how messages name the owner, followed by a separator; empty for the request
     */
    static boolean requireBool(String label, String key, ParameterValue value) {
        if (value instanceof ParameterValue.Bool bool) {
            return bool.value();
        }
        throw wrong(label, key, "true or false", value);
    }

    /** An integer of at least {@code min}, also as {@code 5.0} or as text. */
    static long requireInteger(String label, String key, long min, ParameterValue value) {
        long number = -1;
        if (value instanceof ParameterValue.Int integer) {
            number = integer.value();
        } else if (value instanceof ParameterValue.Real real && isExact(real.value())) {
            number = (long) real.value();
        } else if (value instanceof ParameterValue.Text text && isDigits(text.value())) {
            number = Long.parseLong(text.value());
        }
        if (number < min) {
            throw wrong(label, key, "an integer of at least " + min, value);
        }
        return number;
    }

    private static boolean isExact(double value) {
        return value == Math.rint(value) && Math.abs(value) <= 0x1p53;
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(NumberParser::isDigit);
    }

    static InferenceException wrong(String label, String key, String expected, ParameterValue value) {
        return InferenceException.invalidInput(
                label + "parameter " + ClientText.quote(key) + " must be " + expected + ", got " + describe(value));
    }

    private static String describe(ParameterValue value) {
        if (value instanceof ParameterValue.Text text) {
            return "string " + ClientText.quote(text.value());
        }
        if (value instanceof ParameterValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        if (value instanceof ParameterValue.Int integer) {
            return "number " + integer.value();
        }
        return "number " + ((ParameterValue.Real) value).value();
    }
}
