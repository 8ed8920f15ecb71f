package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    private static final Setting<Integer> PORT =
            new Setting<>("http.port", ValueTypes.integer(0, 65_535), 8080, "port");
    private static final Setting<String> HOST = new Setting<>("http.host", ValueTypes.text(), "0.0.0.0", "host");
    private static final Setting<Duration> LAG = new Setting<>(
            "shutdown.lag", ValueTypes.duration(Duration.ZERO, Duration.ofMinutes(5)), Duration.ZERO, "lag");
    private static final Setting<Long> BODY =
            new Setting<>("http.max-body", ValueTypes.bytes(1024, 1L << 30), 64L << 20, "body");
    private static final Setting<Optional<String>> PASSWORD =
            new Setting<>("tls.key-password", ValueTypes.text().secret().orNone(), Optional.empty(), "password");

    private enum Level {
        ALL,
        FULL_TRACE
    }

    private static final Setting<Level> LEVEL =
            new Setting<>("log.level", ValueTypes.word(Level.class), Level.ALL, "level");
    private static final Setting<Boolean> CONTROL = new Setting<>("control", ValueTypes.bool(), false, "control");
    private static final Setting<List<String>> FEATURES =
            new Setting<>("features", ValueTypes.list(ValueTypes.text()), List.of(), "features");
    private static final Setting<Map<String, String>> ENTRIES =
            new Setting<>("entries", ValueTypes.map(ValueTypes.text()), Map.of(), "entries");
    private static final List<Setting<?>> ALL =
            List.of(PORT, HOST, LAG, BODY, PASSWORD, LEVEL, CONTROL, FEATURES, ENTRIES);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http: {port: 99999}| a.yaml:1: http.port: must be between 0 and 65535, got 99999",
                "http: {port: -1}| a.yaml:1: http.port: must be between 0 and 65535, got -1",
                "http: {port: abc}| a.yaml:1: http.port: must be an integer between 0 and 65535, got abc",
                "http: {port: 8080.5}| a.yaml:1: http.port: must be an integer between 0 and 65535, got 8080.5",
                "http: {port: [1]}| a.yaml:1: http.port: must be an integer between 0 and 65535, got a list",
                "http: {port: }| a.yaml:1: http.port: must be an integer between 0 and 65535, got nothing",
                "http: {port: 99999999999999999999}| "
                        + "a.yaml:1: http.port: must be an integer between 0 and 65535, got 99999999999999999999",
                "http: {host: \"\"}| a.yaml:1: http.host: must not be empty, got an empty text",
                "http: {host: {a: b}}| a.yaml:1: http.host: must be text, got a mapping",
                "http: 8080| a.yaml:1: http: must be a mapping of keys to values, got a single value",
                "http: [8080]| a.yaml:1: http: must be a mapping of keys to values, got a list",
                "shutdown: {lag: 30}| a.yaml:1: shutdown.lag: must be a duration such as 250ms, 30s or 5m, got 30",
                "shutdown: {lag: 2 weeks}| "
                        + "a.yaml:1: shutdown.lag: must be a duration such as 250ms, 30s or 5m, got 2 weeks",
                "shutdown: {lag: 6m}| a.yaml:1: shutdown.lag: must be between 0s and 5m, got 6m",
                "http: {max-body: 10}| a.yaml:1: http.max-body: must be between 1KiB and 1GiB, got 10",
                "http: {max-body: 2GiB}| a.yaml:1: http.max-body: must be between 1KiB and 1GiB, got 2GiB",
                "http: {max-body: 1.5MiB}| "
                        + "a.yaml:1: http.max-body: must be a size such as 512KiB, 64MiB or 1GB, got 1.5MiB",
                "http: {max-body: 999999999999TiB}| "
                        + "a.yaml:1: http.max-body: must be a size such as 512KiB, 64MiB or 1GB, got 999999999999TiB",
                "tls: {key-password: \"\"}| a.yaml:1: tls.key-password: must not be empty, got [redacted]",
                "tls: {key-password: [hunter2]}| a.yaml:1: tls.key-password: must be text, got [redacted]",
                "tls: hunter2| a.yaml:1: tls: must be a mapping of keys to values, got a single value",
                "log: {level: full}| a.yaml:1: log.level: must be all or full-trace, got full",
                "log: {level: ALL}| a.yaml:1: log.level: must be all or full-trace, got ALL",
                "control: yes| a.yaml:1: control: must be true or false, got yes",
                "features: {a: 1}| a.yaml:1: features: must be text, got a mapping",
                "entries: [a]| a.yaml:1: entries: must be a mapping of keys to values, got a list",
                "http: {prot: 1}| a.yaml:1: http.prot: unknown key; did you mean http.port?",
                "htp: {port: 1}| a.yaml:1: htp: unknown key; did you mean http?",
                "port: 1| a.yaml:1: port: unknown key; did you mean http.port?",
                "zebra: 1| a.yaml:1: zebra: unknown key",
                "http.port: 1| a.yaml:1: \"http.port\": unknown key; did you mean port under http?",
            })
    void namesPlaceKeyRuleAndValue(String yaml, String expected) {
        Problems problems = new Problems();

        readAll(problems, layer("a.yaml", yaml, problems));

        assertThat(problems.lines()).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "30s, PT30S",
        "5m, PT5M",
        "0, PT0S",
        "0s, PT0S",
        "500us, PT0.0005S",
        "1 m, PT1M",
        "'\"10s\"', PT10S"
    })
    void readsDurations(String text, Duration expected) {
        Problems problems = new Problems();

        SettingsReader reader = reader(problems, layer("a.yaml", "shutdown: {lag: " + text + "}", problems));

        assertThat(reader.get(LAG)).isEqualTo(expected);
        assertThat(problems.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"64MiB, 67108864", "512KiB, 524288", "1GB, 1000000000", "2048, 2048", "3kB, 3000", "1 MiB, 1048576"})
    void readsSizes(String text, long expected) {
        Problems problems = new Problems();

        SettingsReader reader = reader(problems, layer("a.yaml", "http: {max-body: " + text + "}", problems));

        assertThat(reader.get(BODY)).isEqualTo(expected);
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void answersDefaultsWhereNothingIsSet() {
        Problems problems = new Problems();

        SettingsReader reader = reader(problems, layer("a.yaml", "http:\ntls:\n", problems));

        assertThat(reader.get(PORT)).isEqualTo(8080);
        assertThat(reader.get(PASSWORD)).isEmpty();
        reader.rejectUnknown();
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void takesEachKeyFromTheFirstLayerThatHasIt() {
        Problems problems = new Problems();
        SettingsLayer upper = layer("upper.yaml", "http: {port: 1}", problems);
        SettingsLayer lower = layer("lower.yaml", "http: {port: 2, host: h}", problems);

        SettingsReader reader = reader(problems, upper, lower);

        assertThat(reader.get(PORT)).isEqualTo(1);
        assertThat(reader.get(HOST)).isEqualTo("h");
    }

    @Test
    void reportsAnOverriddenValueAtTheLayerThatWins() {
        Problems problems = new Problems();
        SettingsLayer upper = layer("upper.yaml", "\n\nhttp: {port: x}", problems);
        SettingsLayer lower = layer("lower.yaml", "http: {port: 2}", problems);

        readAll(problems, upper, lower);

        assertThat(problems.lines())
                .containsExactly("upper.yaml:3: http.port: must be an integer between 0 and 65535, got x");
    }

    @Test
    void mergesMappingsKeyByKey() {
        Problems problems = new Problems();
        SettingsLayer upper = layer("upper.yaml", "entries: {a: 1}", problems);
        SettingsLayer lower = layer("lower.yaml", "entries: {a: 2, b: 3}", problems);

        assertThat(reader(problems, upper, lower).getMerged(ENTRIES)).isEqualTo(Map.of("a", "1", "b", "3"));
    }

    @Test
    void collectsAllProblemsInTheOrderOfLines() {
        Problems problems = new Problems();
        String yaml = """
                zebra: 1
                tls:
                  key-password: ""
                http:
                  host: h
                  prot: 8080
                  port: 70000
                """;

        readAll(problems, layer("sluice.yaml", yaml, problems));

        assertThat(problems.lines())
                .containsExactly(
                        "sluice.yaml:1: zebra: unknown key",
                        "sluice.yaml:3: tls.key-password: must not be empty, got [redacted]",
                        "sluice.yaml:6: http.prot: unknown key; did you mean http.port?",
                        "sluice.yaml:7: http.port: must be between 0 and 65535, got 70000");
    }

    @Test
    void namesTheLineOfTheItemThatIsWrong() {
        Problems problems = new Problems();

        readAll(problems, layer("a.yaml", "features:\n  - age\n  - []\n", problems));

        assertThat(problems.lines()).containsExactly("a.yaml:3: features: must be text, got a list");
    }

    @Test
    void findsChildrenOfAllLayersUnderTheirOwnPath() {
        Problems problems = new Problems();
        SettingsLayer upper = layer("upper.yaml", "models: {fraud: {http: {port: x}}, empty: }", problems);
        SettingsLayer lower =
                layer("lower.yaml", "models: {fraud: {http: {host: h}}, v1.2: {http: {prot: 1}}}", problems);
        SettingsReader reader = reader(problems, upper, lower);

        Map<String, List<SettingsLayer>> children = reader.children("models");
        children.values().forEach(layers -> readAll(problems, layers.toArray(SettingsLayer[]::new)));
        reader.rejectUnknown();

        assertThat(children.keySet()).containsExactly("fraud", "empty", "v1.2");
        assertThat(problems.lines())
                .containsExactly(
                        "upper.yaml:1: models.fraud.http.port: must be an integer between 0 and 65535, got x",
                        "lower.yaml:1: models.\"v1.2\".http.prot: unknown key;"
                                + " did you mean models.\"v1.2\".http.port?");
    }

    @Test
    void reportsCrossFieldProblemsWhereTheKeyWasSet() {
        Problems problems = new Problems();
        SettingsReader reader = reader(problems, layer("a.yaml", "\nhttp: {port: 1}", problems));

        reader.problem("http.port", "must differ from metrics.port, got 1 for both");
        reader.problem("http.host", "is not set, so nothing is said");

        assertThat(problems.lines())
                .containsExactly("a.yaml:2: http.port: must differ from metrics.port, got 1 for both");
    }

    @Test
    void shortensLongValuesAndHidesControlCharacters() {
        Problems problems = new Problems();

        readAll(problems, layer("a.yaml", "control: \"a\\nb" + "c".repeat(100) + "\"", problems));

        assertThat(problems.lines())
                .containsExactly("a.yaml:1: control: must be true or false, got a\uFFFDb" + "c".repeat(77) + "…");
    }

    @Test
    void keepsABoundedNumberOfProblems() {
        Problems problems = new Problems();

        for (int i = 0; i < 250; i++) {
            problems.add(new Place("a.yaml", i + 1), "k", "wrong");
        }

        assertThat(problems.lines()).hasSize(201).last().isEqualTo("and 50 more problems");
    }

    @Test
    void rendersARowOfTheDocumentation() {
        assertThat(BODY.documentationRow()).isEqualTo("| `http.max-body` | size, 1KiB to 1GiB | `64MiB` | body |");
        assertThat(LAG.documentationRow()).isEqualTo("| `shutdown.lag` | duration, 0s to 5m | `0s` | lag |");
        assertThat(LEVEL.documentationRow()).isEqualTo("| `log.level` | all, full-trace | `all` | level |");
        assertThat(PASSWORD.documentationRow()).isEqualTo("| `tls.key-password` | text | none | password |");
    }

    private static SettingsLayer layer(String fileName, String yaml, Problems problems) {
        return SettingsLayer.top(SettingsFile.parse(fileName, yaml, problems));
    }

    private static SettingsReader reader(Problems problems, SettingsLayer... layers) {
        return new SettingsReader(List.of(layers), problems);
    }

    private static void readAll(Problems problems, SettingsLayer... layers) {
        SettingsReader reader = reader(problems, layers);
        ALL.forEach(reader::get);
        reader.rejectUnknown();
    }
}
