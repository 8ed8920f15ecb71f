package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.repository.FolderModelRepository;
import dev.sluice.loader.repository.GateConfig;
import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.Publication;
import dev.sluice.loader.repository.PublishListener;
import dev.sluice.loader.repository.Publisher;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCheckTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String ABD = "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9";

    private final ReadRetry retry = new ReadRetry();
    private final ManifestCheck check = new ManifestCheck(retry);

    @TempDir
    Path root;

    private Path version = Path.of("");

    @BeforeEach
    void publish() throws Exception {
        Path from = root.resolve("export");
        Files.createDirectories(from.resolve("weights"));
        Files.writeString(from.resolve("model.onnx"), "abc");
        Files.writeString(from.resolve("weights/0.bin"), "0");
        Path repository = Files.createDirectories(root.resolve("models"));
        version = new Publisher(() -> Instant.EPOCH)
                .publish(
                        new Publication(repository, "fraud", OptionalLong.of(2), from, Lineage.NONE),
                        (key, staged) -> {},
                        PublishListener.silent())
                .folder();
    }

    @Test
    void passesFilesAsTheyWerePublished() throws ModelLoadException {
        assertThat(check(ModelConfig.DEFAULT)).isEqualTo("2 files, 4 bytes as in the manifest");
        assertThat(check.step()).isEqualTo("checksum");
    }

    @Test
    void passesAVersionWithoutAManifestUnlessOneIsRequired() throws Exception {
        Files.delete(version.resolve("manifest.json"));

        assertThat(check(ModelConfig.DEFAULT)).isEqualTo("no manifest");
        assertFails(() -> check(requiring()), "there is no manifest.json, and require-manifest is true");
    }

    @Test
    void refusesOtherBytesOfTheSameSize() throws IOException {
        Files.writeString(version.resolve("model.onnx"), "abd");

        assertFails("'model.onnx' has SHA-256 " + ABD + ", expected " + ABC + " as in the manifest");
    }

    @Test
    void refusesAFileThatIsCutOff() throws IOException {
        Files.writeString(version.resolve("model.onnx"), "ab");

        assertFails("'model.onnx' has 2 bytes, expected 3 as in the manifest");
    }

    @Test
    void refusesAFileThatIsMissing() throws IOException {
        Files.delete(version.resolve("weights/0.bin"));

        assertFails("'weights/0.bin' is listed in the manifest but not there");
    }

    @Test
    void refusesAFileThatIsNotListed() throws IOException {
        Files.writeString(version.resolve("weights/1.bin"), "1");

        assertFails("'weights/1.bin' is there but not listed in the manifest");
    }

    @Test
    void toleratesHiddenFilesAndBackups() throws Exception {
        Files.writeString(version.resolve(".nfs0001"), "");
        Files.writeString(version.resolve("notes~"), "");

        assertThat(check(requiring())).startsWith("2 files");
    }

    @Test
    void refusesALinkWhereAFileIsListed() throws IOException {
        Path elsewhere = Files.move(version.resolve("model.onnx"), root.resolve("elsewhere"));
        Files.createSymbolicLink(version.resolve("model.onnx"), elsewhere);

        assertFails("'model.onnx' must be a file itself, not a link or anything else");
    }

    @Test
    void refusesTheManifestOfAnotherVersion() throws IOException {
        Path other = Files.move(version, version.resolveSibling("3"));

        assertFails(
                () -> check.check(
                        new VersionFiles(new ModelKey("fraud", 3), other, other.resolve("model.onnx")),
                        ModelConfig.DEFAULT),
                "the manifest is that of fraud@2, but this is fraud@3");
    }

    @Test
    void refusesAManifestThatBreaksARule() throws IOException {
        Files.writeString(version.resolve("manifest.json"), "{\"schema\": 2}");

        assertFails("manifest.json: schema: must be 1, got 2");
    }

    @Test
    void passesAVersionThatIsStagedUnderAnotherName() throws Exception {
        Path staged = Files.move(version, version.resolveSibling(".staging-2-1"));
        ModelDefinition definition = new FolderModelRepository(List.of(root.resolve("models")))
                .staged(root.resolve("models"), new ModelKey("fraud", 2), staged);

        assertThat(definition.problems()).isEmpty();
        assertThat(check.check(definition.versions().get(0), definition.config()))
                .isEqualTo("2 files, 4 bytes as in the manifest");
    }

    @Test
    void looksAgainWhereTheFileSystemFailsHalfWayThroughAFolder() throws ModelLoadException {
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.NEXT_ENTRY && retry.retries() == 0) {
                throw new FileSystemException(path.toString(), null, "Stale file handle");
            }
        });
        version = system.of(version);

        assertThat(check(requiring())).startsWith("2 files");
        assertThat(retry.retries()).isEqualTo(1);
    }

    @Test
    void refusesAFolderThatItMayNotLookInto() {
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("weights")) {
                throw new AccessDeniedException(path.toString());
            }
        });
        version = system.of(version);

        assertFails("'weights' cannot be read: access denied");
    }

    private String check(ModelConfig config) throws ModelLoadException {
        return check.check(new VersionFiles(new ModelKey("fraud", 2), version, version.resolve("model.onnx")), config);
    }

    private void assertFails(String reason) {
        assertFails(() -> check(ModelConfig.DEFAULT), reason);
    }

    private static void assertFails(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("checksum"))
                .hasMessage(reason);
    }

    private static ModelConfig requiring() {
        ModelConfig config = ModelConfig.DEFAULT;
        return new ModelConfig(
                config.versions(),
                config.batching(),
                config.runtime(),
                config.features(),
                config.labels(),
                config.serving(),
                new GateConfig(true, false, GateConfig.SignatureRule.COMPATIBLE),
                config.breaker(),
                Optional.empty(),
                MonitoringConfig.OFF);
    }
}
