package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonitoringSettingsTest {
    private final Problems problems = new Problems();

    private SettingsLayer layer(String file, String yaml) {
        return SettingsLayer.top(SettingsFile.parse(file, yaml, problems));
    }

    private LogConfig log(String yaml) {
        return ModelSettings.read(List.of(layer("m/model.yaml", yaml)), problems)
                .config()
                .monitoring()
                .log();
    }

    @Test
    void readsEveryKeyOfTheLog() {
        LogConfig log = log("""
                log:
                  enabled: true
                  share: 0.25
                  arms: {canary: 1, stable: 0}
                  by: key
                  errors: false
                  flagged: false
                  redact:
                    name: drop
                    email: hash
                    text: truncate 20
                    income: round -3
                    parameters.user: hash
                  allow: [email, client_id]
                """);

        assertThat(problems.lines()).isEmpty();
        assertThat(log)
                .isEqualTo(new LogConfig(
                        true,
                        0.25,
                        Map.of("canary", 1.0, "stable", 0.0),
                        LogConfig.By.KEY,
                        false,
                        false,
                        Map.of(
                                "name", new FieldRule.Drop(),
                                "email", new FieldRule.Hash(),
                                "text", new FieldRule.Truncate(20),
                                "income", new FieldRule.Round(-3),
                                "parameters.user", new FieldRule.Hash()),
                        Optional.of(Set.of("email", "client_id"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "share: 1.5| log.share: must be a number between 0 and 1.0, got 1.5",
                "share: -0.1| log.share: must be a number between 0 and 1.0, got -0.1",
                "share: NaN| log.share: must be a number between 0 and 1.0, got NaN",
                "share: 10%| log.share: must be a number between 0 and 1.0, got 10%",
                "arms: {canary: 2}| log.arms: 'canary' must be a number between 0 and 1.0, got 2",
                "arms: canary| log.arms: must be a mapping of keys to values, got canary",
                "by: user| log.by: must be prediction or key, got user",
                "enabled: yes| log.enabled: must be true or false, got yes",
                "redact: email| log.redact: must be a mapping of keys to values, got email",
                "redact: [email]| log.redact: must be a mapping of keys to values, got a list",
                "allow: {a: b}| log.allow: must be text, got a mapping",
                "allow: [[a]]| log.allow: must be text, got a list",
                "redct: {email: drop}| log.redct: unknown key; did you mean log.redact?",
            })
    void saysWhatIsWrong(String yaml, String expected) {
        log("log: {" + yaml + "}");

        assertThat(problems.lines()).containsExactly("m/model.yaml:1: " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "remove",
                "Drop",
                "drop 1",
                "hash 16",
                "truncate",
                "truncate -1",
                "truncate 1000001",
                "truncate 1 2",
                "truncate x",
                "round",
                "round x",
                "round 16",
                "round -16",
                "round 0.5",
                "round 99999999999"
            })
    void saysWhichFieldHasNoSuchRule(String rule) {
        log("\nlog:\n  redact:\n    name: drop\n    email: " + rule);

        assertThat(problems.lines())
                .containsExactly(
                        "m/model.yaml:5: log.redact: 'email' must be drop, hash, truncate N (0 to 1000000 characters)"
                                + " or round N (-15 to 15 decimals), got " + rule);
    }

    /** Parameters are named by one word with a point; a mapping in its place is no rule. */
    @Test
    void parametersAreNoMapping() {
        log("log: {redact: {parameters: {user: drop}}}");

        assertThat(problems.lines())
                .containsExactly("m/model.yaml:1: log.redact: 'parameters' must be drop, hash, truncate N (0 to 1000000"
                        + " characters) or round N (-15 to 15 decimals), got a mapping");
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "hash", "truncate 0", "truncate 1000000", "round -15", "round 0", "round 15"})
    void aRuleIsReadAsItIsWritten(String rule) {
        assertThat(FieldRule.parse(rule).text()).isEqualTo(rule);
        assertThat(FieldRule.parse("  " + rule.replace(" ", " \t ")).text()).isEqualTo(rule);
    }

    @Test
    void aRuleThatIsNoneIsQuoted() {
        assertThatThrownBy(() -> FieldRule.parse("remove"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no rule for a field: 'remove'");
    }

    /** What stands in sluice.yaml for a model adds to what lies beside it, field by field. */
    @Test
    void rulesOfAllPlacesAddUp() {
        LogConfig log = ModelSettings.read(
                        List.of(
                                layer("sluice.yaml", "log: {redact: {email: drop}}"),
                                layer("m/model.yaml", "log: {redact: {email: hash, name: drop}}")),
                        problems)
                .config()
                .monitoring()
                .log();

        assertThat(problems.lines()).isEmpty();
        assertThat(log.redact()).isEqualTo(Map.of("email", new FieldRule.Drop(), "name", new FieldRule.Drop()));
    }

    @Test
    void anEmptyListAllowsNothing() {
        LogConfig log = log("log: {allow: []}");

        assertThat(problems.lines()).isEmpty();
        assertThat(log.allow()).contains(Set.of());
        assertThat(log.redacts()).isTrue();
        assertThat(log.keeps("trace_id")).isFalse();
    }

    @Test
    void aFieldIsKeptWhereItHasNoRuleAndIsAllowed() {
        assertThat(log("").keeps("trace_id")).isTrue();
        assertThat(log("").redacts()).isFalse();
        assertThat(log("log: {redact: {trace_id: hash}}").keeps("trace_id")).isFalse();
        assertThat(log("log: {redact: {name: hash}}").keeps("trace_id")).isTrue();
        assertThat(log("log: {allow: [trace_id]}").keeps("trace_id")).isTrue();
        assertThat(log("log: {allow: [trace_id], redact: {trace_id: hash}}").keeps("trace_id"))
                .isFalse();
    }
}
