package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryAfterTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T02:00:00Z"));

    static Stream<Arguments> examples() {
        return Stream.of(
                Arguments.of("7", 7),
                Arguments.of("0", 0),
                Arguments.of("3600", 60),
                Arguments.of("99999999999999999999", 0),
                Arguments.of("-5", 0),
                Arguments.of("soon", 0),
                Arguments.of("", 0),
                Arguments.of("Tue, 24 Nov 2026 02:00:05 GMT", 5),
                Arguments.of("Tue, 24 Nov 2026 01:59:00 GMT", 0),
                Arguments.of("Wed, 25 Nov 2026 02:00:00 GMT", 60));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesSecondsOrATimeUpToABound(String value, int seconds) {
        assertThat(RetryAfter.parse(value, Duration.ofMinutes(1), CLOCK)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
