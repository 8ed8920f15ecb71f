package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final StagedCheck FINE = (key, staged) -> {};

    private final Publisher publisher = new Publisher(() -> Instant.parse("2026-11-23T18:00:00.5Z"));

    @TempDir
    Path root;

    private Path repository = Path.of("");
    private Path from = Path.of("");

    @BeforeEach
    void folders() throws IOException {
        repository = Files.createDirectories(root.resolve("models"));
        from = Files.createDirectories(root.resolve("export"));
        Files.writeString(from.resolve("model.onnx"), "abc");
        Files.createDirectories(from.resolve("weights"));
        Files.writeString(from.resolve("weights/0.bin"), "0");
    }

    @Test
    void publishesFilesWithAManifestOfThem() throws Exception {
        Published published = publish(OptionalLong.of(3));

        Path version = repository.resolve("fraud/3");
        assertThat(published.folder()).isEqualTo(version);
        assertThat(version.resolve("model.onnx")).hasContent("abc");
        assertThat(version.resolve("weights/0.bin")).hasContent("0");
        VersionManifest manifest = VersionManifest.readIfPresent(version).orElseThrow();
        assertThat(manifest).isEqualTo(published.manifest());
        assertThat(manifest.key()).isEqualTo(new ModelKey("fraud", 3));
        assertThat(manifest.files()).hasSize(2).contains(new ManifestEntry("model.onnx", 3, ABC));
        assertThat(manifest.lineage().created()).contains("2026-11-23T18:00:00Z");
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock", "3");
    }

    @Test
    void countsOnFromTheHighestVersion() throws Exception {
        assertThat(publish(OptionalLong.empty()).folder()).isEqualTo(repository.resolve("fraud/1"));
        publish(OptionalLong.of(9));

        assertThat(publish(OptionalLong.empty()).folder()).isEqualTo(repository.resolve("fraud/10"));
    }

    @Test
    void publishesNothingWhereAPartMayNotBeLookedAt() throws IOException {
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("weights")) {
                throw new AccessDeniedException(path.toString());
            }
        });
        from = system.of(from);

        assertThatThrownBy(() -> publish(OptionalLong.of(3)))
                .isInstanceOf(PublishException.class)
                .hasMessage(from.resolve("weights") + " cannot be read: access denied");
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock");
    }

    @Test
    void neverReplacesAVersion() throws Exception {
        publish(OptionalLong.of(3));

        assertThatThrownBy(() -> publish(OptionalLong.of(3)))
                .isInstanceOf(PublishException.class)
                .hasMessage("fraud@3 exists (" + repository.resolve("fraud/3")
                        + "), and versions never change: publish another one");
    }

    @Test
    void isSeenByNoScanBeforeItIsWhole() throws Exception {
        List<List<ModelDefinition>> seen = new ArrayList<>();
        FolderModelRepository scans = new FolderModelRepository(List.of(repository));
        PublishListener listener = new PublishListener() {
            @Override
            public void copied(String path, long done, long total) {
                seen.add(scans.scan());
            }
        };

        publisher.publish(publication(OptionalLong.empty()), (key, staged) -> seen.add(scans.scan()), listener);

        assertThat(seen).hasSize(3).containsOnly(List.of());
        assertThat(scans.scan()).hasSize(1);
    }

    @Test
    void publishesNothingThatFailsItsCheck() throws Exception {
        StagedCheck check = (key, staged) -> {
            assertThat(staged.resolve("manifest.json")).exists();
            assertThat(staged.getParent()).isEqualTo(repository.resolve("fraud"));
            throw new ModelLoadException("golden", "row 3 differs");
        };

        assertThatThrownBy(() -> publisher.publish(publication(OptionalLong.empty()), check, PublishListener.silent()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("row 3 differs");
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock");
    }

    @Test
    void clearsAwayWhatAKilledPublicationLeft() throws Exception {
        Path left = Files.createDirectories(repository.resolve("fraud/.staging-1-abcd/weights"));
        Files.writeString(left.resolve("0.bin"), "half");
        Path elsewhere = Files.writeString(root.resolve("precious"), "");
        Files.createSymbolicLink(left.resolve("link"), elsewhere);
        List<Path> removed = new ArrayList<>();
        PublishListener listener = new PublishListener() {
            @Override
            public void removed(Path staging) {
                removed.add(staging);
            }
        };

        publisher.publish(publication(OptionalLong.empty()), FINE, listener);

        assertThat(removed).containsExactly(repository.resolve("fraud/.staging-1-abcd"));
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock", "1");
        assertThat(elsewhere).exists();
    }

    @Test
    void refusesAFileThatChangesMeanwhile() throws IOException {
        PublishListener listener = new PublishListener() {
            @Override
            public void copied(String path, long done, long total) {
                try {
                    Files.writeString(from.resolve("model.onnx"), "abcd");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };

        assertThatThrownBy(() -> publisher.publish(publication(OptionalLong.empty()), FINE, listener))
                .isInstanceOf(PublishException.class)
                .hasMessage(from.resolve("model.onnx") + " changed while it was copied");
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock");
    }

    @Test
    void copiesWhatLinksLeadTo() throws Exception {
        Path blob = Files.writeString(root.resolve("blob"), "abc");
        Files.delete(from.resolve("model.onnx"));
        Files.createSymbolicLink(from.resolve("model.onnx"), blob);

        Path file = publish(OptionalLong.empty()).folder().resolve("model.onnx");

        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(file).hasContent("abc");
    }

    @Test
    void leavesOutWhatIsNoPartOfAVersionAndSaysSo() throws Exception {
        Files.writeString(from.resolve(".DS_Store"), "");
        Files.writeString(from.resolve("model.yaml"), "");
        Files.writeString(from.resolve("manifest.json"), "another one's");

        Published published = publish(OptionalLong.empty());

        assertThat(published.leftOut()).containsExactly(".DS_Store", "manifest.json", "model.yaml");
        assertThat(names(published.folder())).containsExactly("manifest.json", "model.onnx", "weights");
    }

    @Test
    void refusesALinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(from.resolve("lost.bin"), root.resolve("nothing"));

        assertThatThrownBy(() -> publish(OptionalLong.empty()))
                .hasMessage(from.resolve("lost.bin") + " is neither a file nor a link to one");
    }

    @Test
    void refusesToHideAModelWithoutVersions() throws IOException {
        Files.createDirectories(repository.resolve("fraud"));
        Files.writeString(repository.resolve("fraud/model.onnx"), "");

        assertThatThrownBy(() -> publish(OptionalLong.empty()))
                .hasMessage(repository.resolve("fraud") + " is a model without versions, which counts as version 1:"
                        + " move its files to " + repository.resolve("fraud/1") + " first");
    }

    @Test
    void refusesFoldersThatAreNotThere() {
        assertThatThrownBy(() -> publisher.publish(
                        new Publication(root.resolve("x"), "fraud", OptionalLong.empty(), from, Lineage.NONE),
                        FINE,
                        PublishListener.silent()))
                .hasMessage("the repository folder " + root.resolve("x") + " does not exist");
        assertThatThrownBy(() -> publisher.publish(
                        new Publication(repository, "fraud", OptionalLong.empty(), root.resolve("y"), Lineage.NONE),
                        FINE,
                        PublishListener.silent()))
                .hasMessage("the folder to publish " + root.resolve("y") + " does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "..", "a/b", "a\\b", "a\nb"})
    void refusesNamesThatAreNoFolders(String name) {
        assertThatThrownBy(() -> publisher.publish(
                        new Publication(repository, name, OptionalLong.empty(), from, Lineage.NONE),
                        FINE,
                        PublishListener.silent()))
                .isInstanceOf(PublishException.class)
                .hasMessageStartingWith("the model's name must be that of a folder that is not hidden");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000_000_000_000_000_000L})
    void refusesNumbersThatAreNoVersions(long version) {
        assertThatThrownBy(() -> publish(OptionalLong.of(version)))
                .hasMessage("version must be between 1 and 999999999999999999, got " + version);
    }

    @Test
    void publishesOneAfterAnother() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    publish(OptionalLong.empty());
                } catch (Exception e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(names(repository.resolve("fraud"))).containsExactly(".publish.lock", "1", "2", "3", "4");
    }

    private Published publish(OptionalLong version) throws Exception {
        return publisher.publish(publication(version), FINE, PublishListener.silent());
    }

    private Publication publication(OptionalLong version) {
        return new Publication(repository, "fraud", version, from, Lineage.NONE);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
