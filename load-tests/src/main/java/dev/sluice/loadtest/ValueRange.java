package dev.sluice.loadtest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the elements of a numeric input are drawn from.
 *
 * <p>Threading: immutable.
 *
 * @param min least value
 * @param max greatest value for integers; for floating point, values stay below it unless it equals {@code min}
 */
public record ValueRange(double min, double max) {
    private static final String NUMBER = "-?\\d{1,15}(?:\\.\\d{1,9})?";
    private static final Pattern FORM = Pattern.compile("(" + NUMBER + ")\\.\\.(" + NUMBER + ")");

    public ValueRange {
        if (!(max >= min)) {
            throw new IllegalArgumentException("a range of values must go up, got " + min + ".." + max);
        }
    }

    /**
     * The range that {@code text} says: {@code 0..29999} or {@code -1.5..1.5}.
     *
     * @throws IllegalArgumentException if it says none
     */
    public static ValueRange parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a range of values must look like 0..29999, got '" + text + "'");
        }
        return new ValueRange(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
    }
}
