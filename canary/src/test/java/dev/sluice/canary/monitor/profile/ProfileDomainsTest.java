package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a profile says of the values of its features. */
class ProfileDomainsTest {
    private static final String GOLDEN_FILE = goldenFile();

    private static String goldenFile() {
        try (InputStream in =
                Objects.requireNonNull(ProfileDomainsTest.class.getResourceAsStream("schema-1-domains.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReferenceProfile parse(String text) throws ProfileException {
        return ProfileReader.parse("profile.json", text);
    }

    private static FeatureDomain values(String... values) {
        return new FeatureDomain(Optional.empty(), Optional.empty(), List.of(values), Optional.empty(), false);
    }

    @Test
    void readsTheDomainOfEachFeature() throws ProfileException {
        assertThat(parse(GOLDEN_FILE).order().features())
                .extracting(Feature::domain)
                .containsExactly(
                        new FeatureDomain(
                                Optional.of(new BigDecimal("0")),
                                Optional.of(new BigDecimal("120")),
                                List.of(),
                                Optional.of(false),
                                true),
                        new FeatureDomain(
                                Optional.of(new BigDecimal("-0.0015")),
                                Optional.empty(),
                                List.of(),
                                Optional.empty(),
                                false),
                        values("1", "2.5", "3"),
                        FeatureDomain.ANY,
                        new FeatureDomain(
                                Optional.empty(), Optional.empty(), List.of("DE", "FR", ""), Optional.of(true), false),
                        values("true"));
    }

    @Test
    void readsWhatTheWriterWrites() throws ProfileException {
        ReferenceProfile profile = parse(GOLDEN_FILE);

        String written = ProfileWriter.write(profile);

        assertThat(parse(written)).isEqualTo(profile);
        assertThat(ProfileWriter.write(parse(written))).isEqualTo(written);
        assertThat(written)
                .contains("\"shape\":[-1,4],\"domain\":{\"min\":0,\"max\":120,\"missing\":false,\"integer\":true}}")
                .contains("\"name\":\"free\",\"tensor\":\"x\",\"index\":3,\"datatype\":\"FP32\",\"shape\":[-1,4]}");
    }

    @Test
    void theOrderHashIsOfTheOrderAlone() throws ProfileException {
        FeatureOrder without = new FeatureOrder(parse(GOLDEN_FILE).order().features().stream()
                .map(feature -> new Feature(
                        feature.name(), feature.tensor(), feature.index(), feature.dataType(), feature.shape()))
                .toList());

        assertThat(without.sha256()).isEqualTo(parse(GOLDEN_FILE).order().sha256());
    }

    @Test
    void aFeatureWithoutADomainMayHaveAnyValue() {
        assertThat(new Feature("a", "a", Feature.WHOLE, DataType.FP32, Shape.of(-1))
                        .domain()
                        .isAny())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "max": 120               | "maxx": 120          | features[0].domain.maxx is not known; a domain has min, max, values, missing and integer
            "max": 120               | "max": "120"         | features[0].domain.max must be a number, got string "120"
            "max": 120               | "max": -5            | features[0].domain min must be at most max -5, got 0
            "max": 120               | "max": 1e9999        | features[0].domain.max must be a number of at most 40 digits, got 1e9999
            "missing": false         | "missing": 1         | features[0].domain.missing must be true or false, got 1
            "integer": true          | "integer": null      | features[0].domain.integer must be true or false, got null
            "values": [1, 2.5, 3]    | "values": []         | features[2].domain.values must have at least one element
            "values": [1, 2.5, 3]    | "values": [[1]]      | features[2].domain.values[0] must be a string of at most 1024 characters, a number, true or false, got an array
            "values": [1, 2.5, 3]    | "values": [null]     | features[2].domain.values[0] must be a string of at most 1024 characters, a number, true or false, got null
            "domain": {}             | "domain": []         | features[3].domain must be an object, got an array
            """)
    void namesThePlaceOfWhatIsWrong(String found, String instead, String message) {
        String text = GOLDEN_FILE.replace(found, instead);
        assertThat(text).isNotEqualTo(GOLDEN_FILE);

        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ProfileException.class)
                .hasMessageMatching("profile.json line [0-9]+: \\Q" + message + "\\E");
    }
}
