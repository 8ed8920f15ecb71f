package dev.sluice.loadtest;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as operators write them: {@code 250us}, {@code 50ms}, {@code 1.5s}, {@code 10m}, {@code 2h}.
 *
 * <p>Threading: stateless.
 */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h)");

    private DurationText() {}

    /**
     * The duration that {@code text} names.
     *
     * @throws IllegalArgumentException if it is not a number and one of ns, us, ms, s, m, h
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a duration must be a number and one of ns, us, ms, s, m, h, got '" + text + "'");
        }
        double nanosPerUnit = switch (matcher.group(2)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
        return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * nanosPerUnit));
    }

    /** As {@link #ofNanos(double)}. */
    public static String ofNanos(long nanos) {
        return ofNanos((double) nanos);
    }

    /** Nanoseconds with three or four significant digits and a unit, for example {@code 1.25 ms}. */
    public static String ofNanos(double nanos) {
        if (nanos < 1e3) {
            return String.format(Locale.ROOT, "%.0f ns", nanos);
        }
        if (nanos < 1e6) {
            return String.format(Locale.ROOT, "%.1f us", nanos / 1e3);
        }
        if (nanos < 1e9) {
            return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}
