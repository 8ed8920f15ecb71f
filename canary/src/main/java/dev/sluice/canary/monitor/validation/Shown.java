package dev.sluice.canary.monitor.validation;

import dev.sluice.loader.repository.FeatureDomain;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;

/**
 * Values and names as they may stand in a message: short and printable.
 *
 * <p>Threading: stateless.
 */
final class Shown {
    private static final int CHARS_MAX = 64;
    private static final int NAMES_MAX = 10;

    private Shown() {}

    /** In single quotes, 64 characters at most, with what cannot be printed replaced. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().limit(CHARS_MAX).forEach(c -> out.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
        return out.append(text.codePointCount(0, text.length()) > CHARS_MAX ? "…'" : "'")
                .toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The first ten in quotes, and how many more there are. */
    static String list(List<String> names) {
        StringBuilder out = new StringBuilder();
        Iterator<String> rest = names.iterator();
        for (int i = 0; i < NAMES_MAX && rest.hasNext(); i++) {
            out.append(i == 0 ? "" : ", ").append(quoted(rest.next()));
        }
        if (names.size() > NAMES_MAX) {
            out.append(" and ").append(names.size() - NAMES_MAX).append(" more");
        }
        return out.toString();
    }

    /** A single-precision number or one of fewer bits. */
    static String number(float value) {
        return Float.isFinite(value)
                ? FeatureDomain.text(new BigDecimal(Float.toString(value)))
                : Float.toString(value);
    }

    static String number(double value) {
        return Double.isFinite(value)
                ? FeatureDomain.text(new BigDecimal(Double.toString(value)))
                : Double.toString(value);
    }

    /** What a value must be to be none of this kind. */
    static String rule(ValidationKind kind, FeatureDomain domain) {
        return switch (kind) {
            case MISSING -> "must not be missing";
            case NOT_FINITE -> "must be finite";
            case OUT_OF_RANGE -> range(domain);
            case NOT_IN_DOMAIN -> "must be one of " + list(domain.values());
            case NOT_INTEGER -> "must be a whole number";
            case CONSTANT_RUN -> "must vary";
        };
    }

    private static String range(FeatureDomain domain) {
        String min = domain.min().map(FeatureDomain::text).orElse("");
        String max = domain.max().map(FeatureDomain::text).orElse("");
        if (min.isEmpty()) {
            return "must be at most " + max;
        }
        return max.isEmpty() ? "must be at least " + min : "must be between " + min + " and " + max;
    }
}
