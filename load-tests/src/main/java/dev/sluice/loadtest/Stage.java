package dev.sluice.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span of an open loop in which the rate is steady or changes linearly.
 *
 * <p>Threading: immutable.
 *
 * @param fromPerSecond requests per second at its beginning, in [0, 1,000,000]
 * @param toPerSecond requests per second at its end, in [0, 1,000,000]
 * @param duration longer than 0
 */
public record Stage(double fromPerSecond, double toPerSecond, Duration duration) {
    private static final double PER_SECOND_MAX = 1_000_000;
    private static final String NUMBER = "\\d{1,7}(?:\\.\\d{1,6})?";
    private static final Pattern FORM = Pattern.compile("(" + NUMBER + ")(?:\\.\\.(" + NUMBER + "))?x(.+)");
    private static final Pattern COMMA = Pattern.compile(",");

    public Stage {
        requireRate(fromPerSecond);
        requireRate(toPerSecond);
        if (fromPerSecond == 0 && toPerSecond == 0) {
            throw new IllegalArgumentException("a stage must have a rate above 0 somewhere, got 0..0");
        }
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("a stage must be longer than 0, got " + duration);
        }
    }

    private static void requireRate(double perSecond) {
        if (!(perSecond >= 0 && perSecond <= PER_SECOND_MAX)) {
            throw new IllegalArgumentException(
                    "the rate of a stage must be between 0 and 1000000 requests per second, got " + perSecond);
        }
    }

    /**
     * The stages that {@code text} lists: {@code 100x10s,100..2000x30s,2000x1m}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static List<Stage> parseAll(String text) {
        List<Stage> stages = new ArrayList<>();
        for (String part : COMMA.split(text, -1)) {
            Matcher matcher = FORM.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "a stage must look like 100x10s or 100..2000x30s, got '" + part + "'");
            }
            double from = Double.parseDouble(matcher.group(1));
            double to = matcher.group(2) == null ? from : Double.parseDouble(matcher.group(2));
            stages.add(new Stage(from, to, DurationText.parse(matcher.group(3))));
        }
        return List.copyOf(stages);
    }

    /** For example {@code 100/s for 10 s} or {@code 100..2000/s for 30 s}. */
    @Override
    public String toString() {
        String rate = fromPerSecond == toPerSecond
                ? number(fromPerSecond)
                : number(fromPerSecond) + ".." + number(toPerSecond);
        return rate + "/s for " + number(duration.toNanos() / 1e9) + " s";
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
