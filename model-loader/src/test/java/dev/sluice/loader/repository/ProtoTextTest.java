package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProtoTextTest {
    static Stream<Arguments> sameMeaning() {
        String expected = "a={b=1, b=2, c=x}";
        return Stream.of(
                Arguments.of("a { b: 1 b: 2 c: \"x\" }", expected),
                Arguments.of("a: { b: [1, 2], c: 'x' }", expected),
                Arguments.of("a < b: 1; b: 2; c: x; >", expected),
                Arguments.of("# comment\na {\n  b: 1, # one\n  b: 2,\n  c: \"\" 'x' \"\"\n},", expected),
                Arguments.of("a: [ { b: [ 1, 2, ] c: x } ]", expected));
    }

    @ParameterizedTest
    @MethodSource("sameMeaning")
    void readsEveryNotation(String text, String expected) throws ProtoTextException {
        assertThat(show(ProtoText.parse(text))).isEqualTo("{" + expected + "}");
    }

    @Test
    void readsEscapes() throws ProtoTextException {
        ProtoMessage message = ProtoText.parse("a: \"\\n\\t\\\"\\\\\\x41\\101\\u00fc\\303\\274ü\" 'b'");

        assertThat(message.text("a")).isEqualTo("\n\t\"\\AAüüüb");
    }

    @Test
    void readsNumbersAndEmptyMessages() throws ProtoTextException {
        ProtoMessage message = ProtoText.parse("a: -1 b: 1.5e+3 c {} d: [] e:KIND_CPU");

        assertThat(show(message)).isEqualTo("{a=-1, b=1.5e+3, c={}, e=KIND_CPU}");
    }

    @Test
    void remembersLines() throws ProtoTextException {
        ProtoMessage message = ProtoText.parse("a: 1\n\n  b {\n c: [1,\n 2]}");

        List<ProtoMessage.Field> c = message.all("b").get(0).body().all("c");

        assertThat(message.all("b").get(0).line()).isEqualTo(3);
        assertThat(c).extracting(ProtoMessage.Field::line).containsExactly(4, 5);
    }

    static Stream<Arguments> badTexts() {
        return Stream.of(
                Arguments.of("a { b: 1", 1, "expected the name of a field or '}', got the end of the file"),
                Arguments.of("a: 1\n}", 2, "expected the name of a field, got '}'"),
                Arguments.of("a: }", 1, "expected a value of a, got '}'"),
                Arguments.of("a:\n", 2, "expected a value of a, got the end of the file"),
                Arguments.of("a 5", 1, "expected ':' or '{' after a, got '5'"),
                Arguments.of("a: [1 2]", 1, "expected ',' or ']' in the list a, got '2'"),
                Arguments.of("a: [1", 1, "expected ',' or ']' in the list a, got the end of the file"),
                Arguments.of("a: \"x\nb: 1", 1, "a string is not closed on its line"),
                Arguments.of("a: \"\\q\"", 1, "unknown escape '\\q' in a string"),
                Arguments.of("a: \"\\xZZ\"", 1, "an escape in a string has the wrong digits"),
                Arguments.of("a: \"\\U99999999\"", 1, "an escape in a string has the wrong digits"),
                Arguments.of("a: \"\\U00999999\"", 1, "an escape in a string is no character"),
                Arguments.of("a {".repeat(50_000), 1, "nested deeper than 32 levels"));
    }

    @ParameterizedTest
    @MethodSource("badTexts")
    void saysWhereTheTextIsWrong(String text, int line, String message) {
        assertThatThrownBy(() -> ProtoText.parse(text))
                .isInstanceOfSatisfying(
                        ProtoTextException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessage(message);
    }

    private static String show(ProtoMessage message) {
        return message.fields().stream()
                .map(field -> field.name() + "="
                        + field.message().map(ProtoTextTest::show).orElse(field.text()))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
