package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionManifestTest {
    private static final Path GOLDEN = Path.of("src/test/resources/manifests");
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String MINIMAL =
            "{'schema':1,'model':'fraud','version':1,'files':[{'path':'model.onnx','size':0,'sha256':'" + EMPTY
                    + "'}]}";

    @TempDir
    Path folder;

    @Test
    void readsSchemaOne() throws IOException {
        VersionManifest manifest = ManifestFormat.read(GOLDEN.resolve("schema-1.json"));

        assertThat(manifest.key()).isEqualTo(new ModelKey("fraud", 3));
        assertThat(manifest.files())
                .containsExactly(
                        new ManifestEntry(
                                "model.onnx", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                        new ManifestEntry("weights/layer-0.bin", 5_000_000_000L, EMPTY));
        assertThat(manifest.sizeOfFiles()).isEqualTo(5_000_000_003L);
        assertThat(manifest.lineage())
                .isEqualTo(new Lineage(
                        Optional.of("9f2c1e7"),
                        Optional.of("mlflow:4711"),
                        Optional.of(EMPTY),
                        Optional.of("payments"),
                        Optional.of("Card payments in the EU"),
                        Optional.of("2026-11-02T10:15:00Z")));
    }

    @Test
    void readsSchemaOneWithoutLineage() throws IOException {
        VersionManifest manifest = ManifestFormat.read(GOLDEN.resolve("schema-1-minimal.json"));

        assertThat(manifest.lineage()).isEqualTo(Lineage.NONE);
        assertThat(manifest.files()).containsExactly(new ManifestEntry("model.onnx", 0, EMPTY));
    }

    @Test
    void writesWhatItReads() throws IOException {
        String text = Files.readString(GOLDEN.resolve("schema-1.json"));

        assertThat(ManifestFormat.parse(text.getBytes(StandardCharsets.UTF_8)).toJson())
                .isEqualTo(text);
    }

    @Test
    void isEmptyWhereThereIsNone() throws IOException {
        assertThat(VersionManifest.readIfPresent(folder)).isEmpty();

        Files.writeString(folder.resolve("manifest.json"), MINIMAL.replace('\'', '"'));

        assertThat(VersionManifest.readIfPresent(folder)).isPresent();
    }

    /** Not to be taken for a version without one, which is held to nothing. */
    @Test
    void refusesALinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(folder.resolve("manifest.json"), Path.of("../objects/5f2c"));

        assertThatThrownBy(() -> VersionManifest.readIfPresent(folder))
                .isInstanceOf(ManifestException.class)
                .hasMessage("manifest.json: is a link to what is not there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'schema':1 | 'schema':2 | manifest.json: schema: must be 1, got 2",
                "'schema':1 | 'schema':1.0 | manifest.json: schema: must be an integer, got 1.0",
                "'schema':1, | `` | manifest.json: schema: is missing",
                "'model':'fraud' | 'model':7 | manifest.json: model: must be text, got 7",
                "'model':'fraud', | `` | manifest.json: model: is missing",
                "'model':'fraud' | 'model':'' | manifest.json: model name must not be empty",
                "'version':1 | 'version':0 | manifest.json: model version must be 1 or greater, got 0",
                "'files':[ | 'flies':[ | manifest.json: flies: unknown key; did you mean files?",
                "'path':'model.onnx' | 'path':'/etc/passwd' | manifest.json: files[0].path: must be relative to the version's folder, got '/etc/passwd'",
                "'path':'model.onnx' | 'path':'../2/model.onnx' | manifest.json: files[0].path: must not hold empty segments, '.' or '..', got '../2/model.onnx'",
                "'path':'model.onnx' | 'path':'a//b' | manifest.json: files[0].path: must not hold empty segments, '.' or '..', got 'a//b'",
                "'path':'model.onnx' | 'path':'a/./b' | manifest.json: files[0].path: must not hold empty segments, '.' or '..', got 'a/./b'",
                "'path':'model.onnx' | 'path':'a\\\\b' | manifest.json: files[0].path: must divide folders by '/', got 'a\\b'",
                "'path':'model.onnx' | 'path':'a\\u0000' | manifest.json: files[0].path: must not hold control characters",
                "'path':'model.onnx' | 'path':'' | manifest.json: files[0].path: must have between 1 and 1024 characters, got 0",
                "'path':'model.onnx' | 'path':'manifest.json' | manifest.json: files[0].path: must not be manifest.json, which cannot list itself",
                "'size':0 | 'size':-1 | manifest.json: files[0].size: must be 0 or greater, got -1",
                "'size':0 | 'size':'0' | manifest.json: files[0].size: must be an integer, got \"0\"",
                "'sha256':'e | 'sha256':'E | manifest.json: files[0].sha256: must be 64 lower-case hex digits, got 'E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
                "'size':0, | 'size':0,'mode':1, | manifest.json: files[0].mode: unknown key",
                "'files':[{ | 'files':[3,{ | `manifest.json: files[0]: must be an object with path, size, sha256`",
                "'model':'fraud' | 'model':'fraud','lineage':{'ower':'me'} | manifest.json: lineage.ower: unknown key; did you mean owner?",
                "'model':'fraud' | 'model':'fraud','lineage':{'owner':''} | `manifest.json: lineage.owner: must have between 1 and 1024 characters, got 0`",
            })
    void refusesWithPlaceAndRule(String part, String instead, String message) {
        String text = MINIMAL.replace(part.trim(), instead == null ? "" : instead.trim());

        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ManifestException.class)
                .hasMessage(message);
    }

    @Test
    void refusesAPathTwice() {
        String file = "{'path':'model.onnx','size':0,'sha256':'" + EMPTY + "'}";

        assertThatThrownBy(() -> parse(MINIMAL.replace(file, file + "," + file)))
                .hasMessage("manifest.json: files[1].path: must be distinct, got 'model.onnx' as in files[0]");
    }

    @Test
    void refusesAKeyTwice() {
        assertThatThrownBy(() -> parse(MINIMAL.replace("'version':1", "'version':1,'version':2")))
                .hasMessageStartingWith("manifest.json:1: must be JSON: ");
    }

    @Test
    void refusesWhatIsNotOneJsonObject() {
        assertThatThrownBy(() -> parse("{'schema':1")).hasMessageStartingWith("manifest.json:1: must be JSON: ");
        assertThatThrownBy(() -> parse(MINIMAL + " {}")).hasMessageStartingWith("manifest.json:1: must be JSON: ");
        assertThatThrownBy(() -> parse("[]")).hasMessage("manifest.json: must be a JSON object");
        assertThatThrownBy(() -> parse("")).hasMessage("manifest.json: must be a JSON object");
        assertThatThrownBy(() -> parse("[".repeat(100))).hasMessageStartingWith("manifest.json:1: must be JSON: ");
    }

    @Test
    void refusesToListNothing() {
        assertThatThrownBy(() -> parse("{'schema':1,'model':'fraud','version':1,'files':[]}"))
                .hasMessage("manifest.json: files: must list between 1 and 10000 files, got 0");
    }

    @Test
    void refusesAFileThatIsTooLargeWithoutReadingAll() throws IOException {
        Path file = folder.resolve("manifest.json");
        Files.writeString(file, " ".repeat(VersionManifest.BYTES_MAX + 1));

        assertThatThrownBy(() -> VersionManifest.readIfPresent(folder))
                .hasMessage("manifest.json: must have at most 4194304 bytes");
    }

    @Test
    void boundsWhatLineageSays() {
        assertThatThrownBy(() -> Lineage.NONE.withCreated("x".repeat(1025)))
                .hasMessage("created: must have between 1 and 1024 characters, got 1025");
        assertThatThrownBy(() -> Lineage.NONE.withCreated("a\nb"))
                .hasMessage("created: must not hold control characters");
        assertThat(Lineage.NONE.withCreated("now").texts()).containsExactly(java.util.Map.entry("created", "now"));
        assertThat(List.copyOf(Lineage.NONE.texts().keySet())).isEmpty();
    }

    private static VersionManifest parse(String text) throws ManifestException {
        return ManifestFormat.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
