package dev.sluice.canary.monitor.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * How values are written in a profile and on its command line.
 *
 * <p>Threading: stateless.
 */
public final class ProfileForms {
    private ProfileForms() {}

    /**
     * A time with its offset from UTC, or a date, which is its first moment in UTC.
     *
     * @throws DateTimeParseException when it is neither
     */
    public static Instant time(String text) {
        return text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    /**
     * A policy in lower case with hyphens.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public static Freshness.StalePolicy stalePolicy(String text) {
        for (Freshness.StalePolicy policy : Freshness.StalePolicy.values()) {
            if (word(policy).equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("stale policy must be warn, refuse or shadow-only, got '" + text + "'");
    }

    static String word(Freshness.StalePolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
