package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.UnknownFieldSet;
import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSafetyTest {
    private static final SafetyLimits LIMITS = SafetyLimits.forHeap(HostileFolders.HEAP_BYTES);

    @TempDir
    static Path hostile;

    private static List<HostileFolder> folders = List.of();

    @TempDir
    Path folder;

    private final List<OnnxFile> read = new ArrayList<>();
    private final ReadRetry retry = new ReadRetry();
    private final FileSafety safety = new FileSafety(LIMITS, retry, read::add);

    @BeforeAll
    static void writeFolders() throws IOException, InterruptedException {
        folders = HostileFolders.write(hostile.resolve("models"), hostile.resolve("secrets"));
    }

    static Stream<HostileFolder> folders() {
        return folders.stream();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void refusesEachHostileFolderForItsOwnReason(HostileFolder each) {
        Path version = hostile.resolve("models").resolve(each.name()).resolve("1");
        VersionFiles files = new VersionFiles(new ModelKey(each.name(), 1), version, version.resolve("model.onnx"));

        assertRefused(files, each.reason());
        assertThat(read).isEmpty();
        assertThat(retry.retries())
                .as("what the files say is the same at every attempt")
                .isZero();
    }

    @Test
    void knowsManyKindsOfHostility() {
        assertThat(folders).hasSizeGreaterThan(55);
        assertThat(folders.stream().map(HostileFolder::reason))
                .allSatisfy(reason ->
                        assertThat(reason).isNotBlank().hasSizeLessThan(400).doesNotContain("\n", "\r", "\u001b"));
    }

    @Test
    void refusesAModelThatIsCutOffWhereverItIs() throws IOException {
        byte[] whole = Files.readAllBytes(TestModels.file("mlp"));
        VersionFiles files = version(1);

        for (int length = 0; length < whole.length; length += length < 64 || length > whole.length - 64 ? 1 : 17) {
            Files.write(files.modelFile(), Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> check(files))
                    .as("the first %d bytes of %d", length, whole.length)
                    .isInstanceOfSatisfying(
                            ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("files"))
                    .hasMessageStartingWith("'model.onnx' ");
        }
    }

    @Test
    void survivesAnyByteThatIsWrong() throws IOException {
        byte[] whole = HostileModels.with(HostileModels.weights()).toByteArray();
        VersionFiles files = version(1);

        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] wrong = whole.clone();
                wrong[at] ^= (byte) (1 << bit);
                Files.write(files.modelFile(), wrong);
                try {
                    check(files);
                } catch (ModelLoadException e) {
                    refused++;
                }
            }
        }

        assertThat(refused).isGreaterThan(whole.length);
    }

    @Test
    void passesGoodModelsAndSaysWhatItLookedAt() throws IOException, ModelLoadException {
        Path file = TestModels.file("external-data");
        VersionFiles copied = version(1);
        Files.copy(file, copied.modelFile());
        Files.copy(file.resolveSibling("model.onnx.data"), copied.folder().resolve("model.onnx.data"));

        assertThat(check(copied)).isEqualTo("2 files, 22470 bytes");
        assertThat(read).hasSize(1);
        assertThat(read.get(0).external()).containsExactly("model.onnx.data");
    }

    @Test
    void followsLinksThatStayInside() throws IOException, ModelLoadException {
        Path data = Files.createDirectories(folder.resolve("volume/..2026/data"));
        VersionFiles files =
                new VersionFiles(new ModelKey("m", 1), folder.resolve("1"), folder.resolve("1/model.onnx"));
        Files.write(
                data.resolve("model.onnx"),
                HostileModels.with(HostileModels.external("w.bin")).toByteArray());
        Files.write(data.resolve("w.bin"), new byte[16]);
        Path volume = folder.resolve("volume");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026/data"));
        Files.createSymbolicLink(volume.resolve("model.onnx"), Path.of("..data/model.onnx"));
        Files.createSymbolicLink(volume.resolve("w.bin"), Path.of("..data/w.bin"));
        Files.createSymbolicLink(folder.resolve("1"), volume);

        assertThat(check(files)).startsWith("2 files, ");
    }

    @Test
    void takesHardLinksInsideTheFolder() throws IOException, ModelLoadException {
        VersionFiles files = version(1);
        write(files, HostileModels.with(HostileModels.external("w.bin")));
        Files.write(files.folder().resolve("w.bin"), new byte[16]);
        Files.createLink(files.folder().resolve("again.bin"), files.folder().resolve("w.bin"));

        assertThat(check(files)).startsWith("3 files, ");
    }

    @Test
    void leavesOtherThingsInAFlatModelsFolderAlone() throws IOException, ModelLoadException {
        VersionFiles files = new VersionFiles(new ModelKey("m", 1), folder, folder.resolve("model.onnx"));
        write(files, HostileModels.with(HostileModels.weights()));
        Path hidden = Files.createDirectories(folder.resolve(".staging"));
        Files.createSymbolicLink(hidden.resolve("out"), Path.of("/"));
        Path number = Files.createDirectories(folder.resolve("7"));
        Files.createSymbolicLink(number.resolve("out"), Path.of("/"));

        assertThat(check(files)).startsWith("1 file, ");
    }

    @Test
    void looksIntoNumberedFoldersOfAFlatModelWhereTheModelPointsThere() throws IOException {
        VersionFiles files = new VersionFiles(new ModelKey("m", 1), folder, folder.resolve("model.onnx"));
        write(files, HostileModels.with(HostileModels.external("7/w.bin")));
        Path number = Files.createDirectories(folder.resolve("7"));
        Files.write(number.resolve("w.bin"), new byte[16]);
        Files.createLink(hostile.resolve(folder.getFileName() + ".bin"), number.resolve("w.bin"));

        assertRefused(files, "'7/w.bin' is a hard link: of the file's 2 names only 1 lie in the version's folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {".hidden/w.bin", ".w.bin", "w.bin~", "#w.bin#", "model.yaml", "config.pbtxt"})
    void refusesWeightsThatNoManifestLists(String location) throws IOException {
        VersionFiles files = version(1);
        write(files, HostileModels.with(HostileModels.external(location)));
        Path weights = files.folder().resolve(location);
        Files.createDirectories(weights.getParent());
        Files.write(weights, new byte[16]);

        assertRefused(
                files,
                "'model.onnx' refers to external data '" + location
                        + "', which is no part of the version: hidden files, editors' backups and the model's"
                        + " configuration never are");
    }

    @Test
    void refusesFilesThatAreTooLargeTogether() throws IOException {
        SafetyLimits small = new SafetyLimits(10, 8, 100, 150, 1 << 20, 100, 16, 1 << 20);
        VersionFiles files = version(1);
        Files.write(files.folder().resolve("a"), new byte[100]);
        Files.write(files.folder().resolve("b"), new byte[100]);

        assertThatThrownBy(() -> new FileSafety(small, retry, read::add).check(files, ModelConfig.DEFAULT))
                .hasMessage("the version's files take more than 150 bytes together");
    }

    @Test
    void refusesMoreNodesThanAllowed() throws IOException {
        SafetyLimits small = new SafetyLimits(10, 8, 1 << 20, 1 << 20, 1 << 20, 2, 16, 1 << 20);
        VersionFiles files = version(1);
        write(files, HostileModels.inFunction(HostileModels.weights()));
        VersionFiles more = version(2);
        write(
                more,
                HostileModels.inSubgraph(HostileModels.weights()).toBuilder()
                        .addFunctions(HostileModels.inFunction(HostileModels.weights())
                                .getFunctions(0))
                        .build());
        FileSafety strict = new FileSafety(small, retry, read::add);

        assertThatThrownBy(() -> strict.check(more, ModelConfig.DEFAULT))
                .hasMessage("'model.onnx' has more than 2 nodes");
    }

    @Test
    void refusesTheRuntimesOwnFormatByItsEnding() throws IOException {
        VersionFiles files = new VersionFiles(
                new ModelKey("m", 1), version(1).folder(), version(1).folder().resolve("model.ort"));
        write(files, HostileModels.with(HostileModels.weights()));

        assertRefused(
                files, "'model.ort' would be read as ONNX Runtime's own format, which cannot be checked; serve ONNX");
    }

    @Test
    void ignoresAFileThatPretendsToHaveBeenRead() throws IOException {
        VersionFiles files = version(1);
        ModelProto model = HostileModels.with(HostileModels.claiming(1000)
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                LeftOut.FIELD,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(4000)
                                        .addVarint(0)
                                        .build())
                        .build()));
        write(files, model);

        assertRefused(
                files,
                "'model.onnx': initializer 'w' has dimensions [1000] of float, which are 4000 bytes; there are 16 in"
                        + " the file");
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void looksAgainWhereTheFileSystemFails(Call failing) throws IOException, ModelLoadException {
        FakeFileSystem system = new FakeFileSystem();
        VersionFiles files = version(1);
        write(files, HostileModels.with(HostileModels.external("w.bin")));
        Files.write(files.folder().resolve("w.bin"), new byte[16]);
        system.failAs((call, path) -> {
            if (call == failing && retry.retries() == 0) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });

        assertThat(check(in(system, files))).startsWith("2 files, ");
        assertThat(read).hasSize(1);
        assertThat(retry.retries()).isEqualTo(1);
    }

    @Test
    void doesNotLookAgainAtWhatItMayNotLookAt() throws IOException {
        FakeFileSystem system = new FakeFileSystem();
        VersionFiles files = version(1);
        write(files, HostileModels.with(HostileModels.weights()));
        Files.createDirectory(files.folder().resolve("weights"));
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("weights")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        assertRefused(in(system, files), "'weights' cannot be read: this process may not look at it");
        assertThat(retry.retries()).isZero();
    }

    private static VersionFiles in(FakeFileSystem system, VersionFiles files) {
        return new VersionFiles(files.key(), system.of(files.folder()), system.of(files.modelFile()));
    }

    private VersionFiles version(int number) throws IOException {
        Path version = Files.createDirectories(folder.resolve("m").resolve(Integer.toString(number)));
        return new VersionFiles(new ModelKey("m", number), version, version.resolve("model.onnx"));
    }

    private static void write(VersionFiles files, ModelProto model) throws IOException {
        Files.write(files.modelFile(), model.toByteArray());
    }

    private String check(VersionFiles files) throws ModelLoadException {
        return safety.check(files, ModelConfig.DEFAULT);
    }

    private void assertRefused(VersionFiles files, String reason) {
        assertThatThrownBy(() -> check(files))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("files"))
                .hasMessage(reason);
    }
}
