package dev.sluice.canary.feedback;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;

/**
 * What was true of a row: a class, a number, or which of several ranked choices was taken.
 *
 * <p>Equal labels have equal texts: numbers are written in one way, whatever way they were sent in.
 *
 * <p>Threading: immutable.
 *
 * @param json as compact JSON
 */
public record LabelValue(String json) {
    /** Most bytes of a label. */
    public static final int CHARS_MAX = 4096;

    private static final double EXACT_MAX = 0x1p53;

    public LabelValue {
        if (json.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a label must have at most " + CHARS_MAX + " characters, got " + json.length());
        }
    }

    /** The class of that name. */
    public static LabelValue of(String name) {
        return new LabelValue(quoted(new StringBuilder(name.length() + 2), name).toString());
    }

    /** The class of that number, or that number. */
    public static LabelValue of(long number) {
        return new LabelValue(Long.toString(number));
    }

    /** One of two classes. */
    public static LabelValue of(boolean yes) {
        return new LabelValue(Boolean.toString(yes));
    }

    /**
     * A number.
     *
     * @param number finite
     */
    public static LabelValue of(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("a label must be a finite number, got " + number);
        }
        boolean whole = number == Math.rint(number) && Math.abs(number) <= EXACT_MAX;
        return whole ? of((long) number) : new LabelValue(Double.toString(number));
    }

    /**
     * A choice among several that were offered in an order.
     *
     * @param ranked what was offered, best first
     * @param chosen index of the one that was taken
     */
    public static LabelValue of(List<String> ranked, int chosen) {
        if (chosen < 0 || chosen >= ranked.size()) {
            throw new IllegalArgumentException(
                    "chosen must be one of the " + ranked.size() + " ranked choices, got index " + chosen);
        }
        StringBuilder json = new StringBuilder("{\"ranked\":[");
        for (int i = 0; i < ranked.size(); i++) {
            quoted(i == 0 ? json : json.append(','), ranked.get(i));
        }
        return new LabelValue(
                json.append("],\"chosen\":").append(chosen).append('}').toString());
    }

    private static StringBuilder quoted(StringBuilder json, String text) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        return json.append('"');
    }
}
