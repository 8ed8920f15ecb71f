package dev.sluice.settings;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Durations and sizes as operators write them: a whole number and a unit.
 *
 * <p>Threading: stateless.
 */
final class Quantities {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]*)");

    /** Largest first, so that showing takes the largest that divides. */
    private static final Map<String, Long> NANOS_BY_UNIT = descending(
            new String[] {"d", "h", "m", "s", "ms", "us"},
            new long[] {86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L});

    private static final Map<String, Long> BYTES_BY_UNIT =
            descending(new String[] {"TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB", "KB", "B", ""}, new long[] {
                1L << 40, 1L << 30, 1L << 20, 1L << 10, 1_000_000_000_000L, 1_000_000_000, 1_000_000, 1_000, 1_000, 1, 1
            });

    private Quantities() {}

    /** Null when the text is no duration; 0 needs no unit. */
    static @Nullable Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Long nanos = quantity(text, NANOS_BY_UNIT);
        return nanos == null ? null : Duration.ofNanos(nanos);
    }

    /** Null when the text is no size. */
    static @Nullable Long bytes(String text) {
        return quantity(text, BYTES_BY_UNIT);
    }

    static String show(Duration duration) {
        long nanos = duration.toNanos();
        for (Map.Entry<String, Long> unit : NANOS_BY_UNIT.entrySet()) {
            if (nanos != 0 && nanos % unit.getValue() == 0) {
                return nanos / unit.getValue() + unit.getKey();
            }
        }
        return "0s";
    }

    static String show(long bytes) {
        for (Map.Entry<String, Long> unit : BYTES_BY_UNIT.entrySet()) {
            if (unit.getKey().endsWith("iB") && bytes != 0 && bytes % unit.getValue() == 0) {
                return bytes / unit.getValue() + unit.getKey();
            }
        }
        return Long.toString(bytes);
    }

    private static @Nullable Long quantity(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Long factor = units.get(matcher.group(2));
        if (factor == null) {
            return null;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static Map<String, Long> descending(String[] units, long[] factors) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < units.length; i++) {
            map.put(units[i], factors[i]);
        }
        return map;
    }
}
