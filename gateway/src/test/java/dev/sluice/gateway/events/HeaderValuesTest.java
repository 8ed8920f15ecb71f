package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderValuesTest {
    static Stream<Arguments> examples() {
        return Stream.of(
                Arguments.of("plain-~!,", "plain-~!,"),
                Arguments.of("Euro \u20ac \uD83D\uDE00", "Euro%20%E2%82%AC%20%F0%9F%98%80"),
                Arguments.of("100%", "100%25"),
                Arguments.of("a\"b", "a%22b"),
                Arguments.of("a\r\nce-evil: 1", "a%0D%0Ace-evil:%201"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void encodesAsTheBindingSays(String value, String header) {
        assertThat(HeaderValues.encode(value)).isEqualTo(header);
    }
}
