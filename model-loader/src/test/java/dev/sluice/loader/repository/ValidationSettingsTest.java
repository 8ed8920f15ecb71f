package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationSettingsTest {
    private final Problems problems = new Problems();

    private ValidationConfig read(String... yaml) {
        List<SettingsLayer> layers = List.of(yaml).stream()
                .map(text -> SettingsLayer.top(SettingsFile.parse("m/model.yaml", text, problems)))
                .toList();
        return ModelSettings.read(layers, problems).config().monitoring().validation();
    }

    private static Optional<BigDecimal> number(String text) {
        return Optional.of(new BigDecimal(text));
    }

    @Test
    void nothingIsLookedAtUnlessItIsAskedFor() {
        assertThat(read("")).isEqualTo(new ValidationConfig(ValidationConfig.Policy.OFF, Map.of(), 1000));
    }

    @Test
    void readsWhatValuesMayBe() {
        ValidationConfig config = read("""
                validation:
                  policy: reject
                  constant-run: 50
                  features:
                    age: {min: 0, max: 120.5, missing: false, integer: true}
                    country: {values: [DE, FR, "", NO, 1], missing: true}
                    a.b: {min: -1.5e-3}
                    free: {}
                """);

        assertThat(problems.lines()).isEmpty();
        assertThat(config.policy()).isEqualTo(ValidationConfig.Policy.REJECT);
        assertThat(config.constantRun()).isEqualTo(50);
        assertThat(config.features())
                .isEqualTo(Map.of(
                        "age",
                        new FeatureDomain(number("0"), number("120.5"), List.of(), Optional.of(false), true),
                        "country",
                        new FeatureDomain(
                                Optional.empty(),
                                Optional.empty(),
                                List.of("DE", "FR", "", "NO", "1"),
                                Optional.of(true),
                                false),
                        "a.b",
                        new FeatureDomain(number("-0.0015"), Optional.empty(), List.of(), Optional.empty(), false),
                        "free",
                        FeatureDomain.ANY));
    }

    @Test
    void eachFeatureComesFromTheFirstPlaceThatHasIt() {
        ValidationConfig config = read(
                "validation: {features: {age: {min: 1}}}", "validation: {features: {age: {max: 9}, size: {max: 2}}}");

        assertThat(config.features().get("age"))
                .isEqualTo(new FeatureDomain(number("1"), Optional.empty(), List.of(), Optional.empty(), false));
        assertThat(config.features()).containsOnlyKeys("age", "size");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "policy: warn| policy: must be off, count, flag or reject, got warn",
                "constant-run: -1| constant-run: must be between 0 and 1000000000, got -1",
                "features: [age]| features: must be a mapping of features to what their values may be, got a list",
                "features: {age: 3}| features: age must be a mapping such as {min: 0, max: 120}, got 3",
                "features: {age: {mni: 3}}| features: age may have min, max, values, missing, integer, got the unknown key"
                        + " mni; did you mean min?",
                "features: {age: {range: 3}}| features: age may have min, max, values, missing, integer, got the unknown"
                        + " key range",
                "features: {age: {min: abc}}| features: age.min must be a number, got abc",
                "features: {age: {max: .inf}}| features: age.max must be a number, got .inf",
                "features: {age: {min: [1]}}| features: age.min must be a number, got a list",
                "features: {age: {min: 20, max: 10}}| features: age: min must be at most max 10, got 20",
                "features: {age: {missing: maybe}}| features: age.missing must be true or false, got maybe",
                "features: {age: {integer: 1}}| features: age.integer must be true or false, got 1",
                "features: {c: {values: DE}}| features: c.values must be a list of at least one value, got DE",
                "features: {c: {values: []}}| features: c.values must be a list of at least one value, got a list",
                "features: {c: {values: [[a]]}}| features: c.values must hold words or numbers, got a list"
            })
    void saysWhatIsWrong(String yaml, String expected) {
        read("validation: {" + yaml + "}");

        assertThat(problems.lines()).containsExactly("m/model.yaml:1: validation." + expected);
    }

    @Test
    void numbersAndValuesHaveABound() {
        assertThatThrownBy(() -> FeatureDomain.number("1e99999"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no number: '1e99999'");
        List<String> many = Collections.nCopies(FeatureDomain.VALUES_MAX + 1, "a");
        assertThatThrownBy(() -> new FeatureDomain(Optional.empty(), Optional.empty(), many, Optional.empty(), false))
                .hasMessage("values must have at most 10000 elements, got 10001");
    }

    @ParameterizedTest
    @CsvSource({"120, 120", "1e2, 100", "0.10, 0.1", "1e30, 1E+30", "0.000, 0", "-2.5e-3, -0.0025"})
    void numbersAreShownAsPeopleWriteThem(String written, String shown) {
        assertThat(FeatureDomain.text(FeatureDomain.number(written))).isEqualTo(shown);
    }
}
