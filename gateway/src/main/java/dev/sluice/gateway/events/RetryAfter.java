package dev.sluice.gateway.events;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * How long a receiver asks to wait: seconds, or the time when to come back.
 *
 * <p>Threading: stateless.
 *
 * @see "RFC 9110, section 10.2.3"
 */
final class RetryAfter {
    private static final int DIGITS_MAX = 9;

    private RetryAfter() {}

    /**
     * The time to wait, at most {@code max}; none when the value is not one.
     *
     * @param clock that the receiver's times are compared with
     */
    static Duration parse(String value, Duration max, InstantSource clock) {
        Duration asked = asked(value.strip(), clock.instant());
        return asked.compareTo(max) > 0 ? max : asked.isNegative() ? Duration.ZERO : asked;
    }

    private static Duration asked(String value, Instant now) {
        if (!value.isEmpty() && value.length() <= DIGITS_MAX && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ofSeconds(Integer.parseInt(value));
        }
        try {
            return Duration.between(
                    now,
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
