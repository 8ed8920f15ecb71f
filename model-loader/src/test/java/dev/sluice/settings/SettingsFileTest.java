package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsFileTest {
    static Stream<Arguments> badTexts() {
        return Stream.of(
                Arguments.of("a: 1\nb: [1, 2\n", "a.yaml:3: not valid YAML: expected ',' or ']', but got <stream end>"),
                Arguments.of(
                        "a: 1\n\tb: 2\n",
                        "a.yaml:2: not valid YAML: found character '\\t(TAB)' that cannot start any token. "
                                + "(Do not use \\t(TAB) for indentation)"),
                Arguments.of("a: b: c\n", "a.yaml:1: not valid YAML: mapping values are not allowed here"),
                Arguments.of("- a\n- b\n", "a.yaml:1: must be a mapping of keys to values, got a list"),
                Arguments.of("\n\nhello\n", "a.yaml:3: must be a mapping of keys to values, got hello"),
                Arguments.of("a: 1\n---\nb: 2\n", "a.yaml:2: only one document is allowed"),
                Arguments.of("a:\n  b: 1\n  c: 2\n  b: 3\n", "a.yaml:4: a.b: is written twice, first at a.yaml:2"),
                Arguments.of("a: {[1]: 2}\n", "a.yaml:1: a: every key must be a word, got a list"),
                Arguments.of("a: *b\n", "a.yaml:1: a: alias *b stands for nothing written before it"),
                Arguments.of("a: &a [*a]\n", "a.yaml:1: a: alias *a stands for nothing written before it"),
                Arguments.of("a: \u0000\n", "a.yaml:1: not valid YAML: a character or a construct that YAML forbids"),
                Arguments.of("a: " + "[".repeat(60_000), "a.yaml:1: nested deeper than 32 levels"),
                Arguments.of(
                        "a:\n" + "  - x\n".repeat(100_001),
                        "a.yaml:99999: more than 100000 values, aliases counted as what they repeat"));
    }

    @ParameterizedTest
    @MethodSource("badTexts")
    void saysWhereTheTextIsWrong(String text, String expected) {
        Problems problems = new Problems();

        SettingsFile.parse("a.yaml", text, problems);

        assertThat(problems.lines()).containsExactly(expected);
    }

    @Test
    void limitsAliasesThatMultiply() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a" + i + ": &a" + i + " [")
                    .append(String.join(
                            ", ",
                            List.of(("*a" + (i - 1) + " ").repeat(9).trim().split(" ", -1))))
                    .append("]\n");
        }
        Problems problems = new Problems();

        SettingsFile.parse("bomb.yaml", bomb.toString(), problems);

        assertThat(problems.lines())
                .containsExactly("bomb.yaml:6: more than 100000 values, aliases counted as what they repeat");
    }

    @Test
    void repeatsWhatAnAliasStandsFor() {
        Problems problems = new Problems();

        SettingsNode.Mapping root = SettingsFile.parse("a.yaml", "a: &same {k: v}\nb: *same\n", problems);

        assertThat(entry(root, "b").value()).isSameAs(entry(root, "a").value());
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void takesAnEmptyFileForNoSettings() {
        Problems problems = new Problems();

        assertThat(SettingsFile.parse("a.yaml", "# nothing\n", problems).entries())
                .isEmpty();
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void remembersTheLineOfEveryKey() {
        SettingsNode.Mapping root = SettingsFile.parse("a.yaml", "a:\n\n  b:\n    c\n", new Problems());

        SettingsNode.Mapping a = (SettingsNode.Mapping) entry(root, "a").value();

        assertThat(entry(a, "b").place()).hasToString("a.yaml:3");
        assertThat(entry(a, "b").value().place()).hasToString("a.yaml:4");
    }

    @Test
    void readsAFileWithAByteOrderMark(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "\uFEFFa: ü\n");
        Problems problems = new Problems();

        SettingsNode.Mapping root = SettingsFile.read(file, "a.yaml", problems);

        assertThat(entry(root, "a").value().describe()).isEqualTo("ü");
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path folder) throws IOException {
        Problems problems = new Problems();
        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xfc});
        Path large = Files.write(folder.resolve("large.yaml"), new byte[(1 << 20) + 1]);

        SettingsFile.read(folder.resolve("none.yaml"), "none.yaml", problems);
        SettingsFile.read(latin, "latin.yaml", problems);
        SettingsFile.read(large, "large.yaml", problems);

        assertThat(problems.lines())
                .containsExactly(
                        "none.yaml: no such file",
                        "latin.yaml: must be UTF-8 text",
                        "large.yaml: cannot be read: it has 1048577 bytes, at most 1048576 are read");
    }

    private static SettingsNode.Entry entry(SettingsNode.Mapping mapping, String key) {
        return Objects.requireNonNull(mapping.entries().get(key));
    }
}
