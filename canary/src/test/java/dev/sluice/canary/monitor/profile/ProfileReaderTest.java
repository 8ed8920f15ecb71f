package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {
    private static final String GOLDEN_FILE = goldenFile();

    @TempDir
    Path folder;

    private static String goldenFile() {
        try (InputStream in = Objects.requireNonNull(ProfileReaderTest.class.getResourceAsStream("schema-1.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReferenceProfile parse(String text) throws ProfileException {
        return ProfileReader.parse("profile.json", text);
    }

    @Test
    void readsTheHeadOfTheSchema() throws ProfileException {
        ReferenceProfile profile = parse(GOLDEN_FILE);

        assertThat(profile.model().name()).contains("fraud");
        assertThat(profile.model().version()).hasValue(3);
        assertThat(profile.created()).isEqualTo(Instant.parse("2026-03-02T10:00:00Z"));
        assertThat(profile.tool()).isEqualTo("a training job");
        assertThat(profile.training().dataFrom()).contains(Instant.parse("2025-01-01T00:00:00Z"));
        assertThat(profile.training().dataTo()).contains(Instant.parse("2026-01-31T22:00:00Z"));
        assertThat(profile.training().trainedAt()).contains(Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(profile.training().rows()).hasValue(250_000);
        assertThat(profile.training().codeRef()).contains("1f2e3d");
        assertThat(profile.freshness().maxAge()).contains(Duration.ofDays(90));
        assertThat(profile.freshness().stalePolicy()).contains(Freshness.StalePolicy.SHADOW_ONLY);
    }

    @Test
    void readsFeaturesInOrder() throws ProfileException {
        assertThat(parse(GOLDEN_FILE).order().features())
                .containsExactly(
                        new Feature("age", "x", 0, DataType.FP32, Shape.of(-1, 2)),
                        new Feature("amount", "x", 1, DataType.FP32, Shape.of(-1, 2)));
    }

    @Test
    void keepsGoldenRowsAsTheyWereWritten() throws ProfileException {
        GoldenRows golden = parse(GOLDEN_FILE).golden();

        assertThat(golden.overall()).isEqualTo(new Tolerance(1e-3, Tolerance.DEFAULT.absolute()));
        assertThat(golden.byOutput()).isEqualTo(Map.of("y", new Tolerance(0, 0.5)));
        assertThat(golden.rows())
                .containsExactly(
                        new GoldenRow(
                                GoldenRow.Source.TRAINING,
                                "[{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1, 2], \"data\": [1, null]}]",
                                "[{\"name\": \"y\", \"datatype\": \"FP64\", \"shape\": [1, 2], \"data\": [[1, \"NaN\"]]}]"),
                        new GoldenRow(
                                GoldenRow.Source.SELF_DERIVED,
                                "[{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1, 2], \"data\": [2, 3]}]",
                                "[{\"name\": \"y\", \"datatype\": \"FP32\", \"shape\": [1, 2], \"data\": [2, 3]}]"));
    }

    @Test
    void readsWhatTheWriterWrites() throws ProfileException {
        ReferenceProfile profile = parse(GOLDEN_FILE);

        String written = ProfileWriter.write(profile);

        assertThat(parse(written)).isEqualTo(profile);
        assertThat(ProfileWriter.write(parse(written))).isEqualTo(written);
    }

    @Test
    void findsTheFileBesideAModelOrNothing() throws IOException, ProfileException {
        assertThat(ProfileReader.readIn(folder)).isEmpty();

        Files.writeString(folder.resolve("profile.json"), "\uFEFF" + GOLDEN_FILE);

        assertThat(ProfileReader.readIn(folder)).contains(parse(GOLDEN_FILE));
    }

    /** As tools leave them that keep large files elsewhere, until they have fetched them. */
    @Test
    void refusesALinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(folder.resolve("profile.json"), Path.of("../objects/5f2c"));

        assertThatThrownBy(() -> ProfileReader.readIn(folder))
                .isInstanceOf(ProfileException.class)
                .hasMessage("profile.json: is a link to what is not there");
    }

    @Test
    void refusesWhatCannotBeLookedAt() {
        Path tooLong = folder.resolve("n".repeat(300));

        assertThatThrownBy(() -> ProfileReader.readIn(tooLong))
                .isInstanceOf(ProfileException.class)
                .hasMessage(
                        "profile.json: cannot be read: " + tooLong.resolve("profile.json") + ": File name too long");
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Files.write(folder.resolve("profile.json"), new byte[] {'{', (byte) 0xFF, '}'});

        assertThatThrownBy(() -> ProfileReader.readIn(folder)).hasMessage("profile.json: must be UTF-8 text");
    }

    @Test
    void refusesAListThatWasChangedWithoutItsHash() {
        String swapped = GOLDEN_FILE.replace("\"name\": \"age\"", "\"name\": \"income\"");

        assertThatThrownBy(() -> parse(swapped))
                .isInstanceOf(ProfileException.class)
                .hasMessageMatching(
                        "profile.json: feature_order_sha256 is 3314[0-9a-f]{60}, but the features listed have"
                                + " [0-9a-f]{64}: the list was changed after it was written; write the profile again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "schema": 1,                    | "schema": 2,                 | profile.json line 2: schema must be 1, which is what this version of Sluice reads, got 2
            "schema": 1,                    | "tool": "x", "schema": 1,    | profile.json line 2: tool must come after 'schema', which says how to read the rest
            "schema": 1,                    | "schema": 1, "schema": 1,    | profile.json line 2 column 24: is not JSON: Duplicate field 'schema'
            "version": 3                    | "version": 0                 | profile.json line 3: model.version must be an integer in [1, 9223372036854775807], got 0
            "2025-01-01"                    | "January"                    | profile.json line 7: training.data_from must be a time such as "2026-03-01T00:00:00Z", or a date, got string "January"
            "2025-01-01"                    | "2027-01-01"                 | profile.json line 14: training data_to must not be before data_from 2027-01-01T00:00:00Z, got 2026-01-31T22:00:00Z
            "P90D"                          | "90d"                        | profile.json line 15: freshness.max_age must be an ISO 8601 duration such as "P30D" or "PT12H", got string "90d"
            "shadow-only"                   | "shrug"                      | profile.json line 15: freshness.stale_policy must be warn, refuse or shadow-only, got string "shrug"
            "index": 1,                     | "index": 2,                  | profile.json line 19: features is no feature order: feature 'amount' must have index 1 of input 'x', got 2
            "index": 1,                     | ``                           | profile.json line 18: features[1] must have name, tensor, index, datatype and shape
            "index": 1, "datatype": "FP32"  | "index": 1, "datatype": "F"  | profile.json line 18: features[1].datatype must be a datatype such as FP32, got string "F"
            "name": "amount"                | "name": "age"                | profile.json line 19: features is no feature order: feature 'age' is listed twice
            "rtol": 1e-3                    | "rtoll": 1e-3                | profile.json line 22: golden.tolerance.rtoll is not known; there may be rtol and atol
            "rtol": 1e-3                    | "rtol": -1                   | profile.json line 22: golden.tolerance is no tolerance: rtol must be a finite number of 0 or greater, got -1.0
            "source": "training"            | "source": "me"               | profile.json line 25: golden.rows[0].source must be training or self-derived, got string "me"
            "data": [1, null]               | "data": [1, NaN]             | profile.json line 26 column 85: is not JSON: write NaN and the infinities as the strings "NaN", "Infinity" and "-Infinity"
            """)
    void namesThePlaceOfWhatIsWrong(String found, String instead, String message) {
        String text = GOLDEN_FILE.replace(found, instead);
        assertThat(text).isNotEqualTo(GOLDEN_FILE);

        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ProfileException.class)
                .hasMessage(message);
    }

    @Test
    void refusesMoreGoldenRowsThanItsBound() {
        String row = "{\"source\": \"training\", \"inputs\": [], \"outputs\": []}";
        String rows = String.join(",", Collections.nCopies(101, row));

        assertThatThrownBy(() ->
                        parse(GOLDEN_FILE.replaceAll("(?s)\"rows\": \\[.*?\\n    \\]", "\"rows\": [" + rows + "]")))
                .hasMessageContaining("golden.rows[100] must have at most 100 elements");
    }

    @Test
    void refusesAnOrderWithoutItsHash() {
        String text = "{\"schema\": 1, \"created\": \"2026-03-01\", \"features\": ["
                + "{\"name\": \"a\", \"tensor\": \"a\", \"index\": null, \"datatype\": \"FP32\", \"shape\": [-1]}]}";

        assertThatThrownBy(() -> parse(text)).hasMessage("profile.json: missing member 'feature_order_sha256'");
        assertThatThrownBy(() -> parse("{\"schema\": 1}")).hasMessage("profile.json: missing member 'features'");
        assertThatThrownBy(() -> parse("[]")).hasMessage("profile.json line 1: must be an object, got an array");
        assertThatThrownBy(() -> parse("")).hasMessage("profile.json line 1: must be an object, got nothing");
    }
}
