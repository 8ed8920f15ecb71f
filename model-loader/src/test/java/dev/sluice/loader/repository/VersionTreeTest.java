package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionTreeTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        write("model.onnx", "abc");
        write("weights/0.bin", "0");
    }

    @Test
    void findsFilesInAllFoldersByPath() throws IOException {
        assertThat(VersionTree.of(folder).files())
                .extracting(VersionTree.FoundFile::path)
                .containsExactly("model.onnx", "weights/0.bin");
    }

    @Test
    void passesByWhatIsNoPartOfAVersion() throws IOException {
        write(".hidden", "");
        write(".git/config", "");
        write("notes~", "");
        write("#notes#", "");
        write("model.yaml", "");
        write("config.pbtxt", "");
        write("weights/config.pbtxt", "");

        assertThat(VersionTree.of(folder).files())
                .extracting(VersionTree.FoundFile::path)
                .containsExactly("model.onnx", "weights/0.bin", "weights/config.pbtxt");
    }

    @Test
    void followsLinksAndSaysSo() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.bin"), folder.resolve("model.onnx"));
        Files.createSymbolicLink(folder.resolve("nowhere.bin"), folder.resolve("nothing"));

        assertThat(VersionTree.of(folder).files())
                .extracting(VersionTree.FoundFile::path, VersionTree.FoundFile::regular)
                .containsExactly(
                        tuple("link.bin", false),
                        tuple("model.onnx", true),
                        tuple("nowhere.bin", false),
                        tuple("weights/0.bin", true));
    }

    @Test
    void goesRoundInNoCircle() throws IOException {
        Files.createSymbolicLink(folder.resolve("again"), folder);

        VersionTree tree = VersionTree.of(folder);

        assertThat(tree.truncated()).isFalse();
        assertThat(tree.files()).extracting(VersionTree.FoundFile::path).contains("again");
        assertThat(tree.folders()).containsExactlyInAnyOrder(folder, folder.resolve("weights"));
    }

    @Test
    void hasTheSameStampWhileNothingChanges() throws IOException {
        assertThat(stamp()).isEqualTo(stamp());
    }

    @Test
    void hasAnotherStampForAnotherSizeTimeNameOrFile() throws IOException {
        Path file = folder.resolve("weights/0.bin");
        long first = stamp();

        Files.writeString(file, "00");
        long resized = stamp();
        assertThat(resized).isNotEqualTo(first);

        Files.setLastModifiedTime(file, FileTime.from(THEN));
        long touched = stamp();
        assertThat(touched).isNotEqualTo(resized);

        Files.setLastModifiedTime(file, FileTime.from(THEN.plusNanos(1)));
        assertThat(stamp()).isNotEqualTo(touched);

        Path renamed = Files.move(file, folder.resolve("weights/1.bin"));
        long moved = stamp();
        assertThat(moved).isNotEqualTo(touched);

        Files.delete(renamed);
        assertThat(stamp()).isNotEqualTo(moved);
    }

    @Test
    void tellsAFileFromOneThatReplacedItWithTheSameSizeAndTime() throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.setLastModifiedTime(file, FileTime.from(THEN));
        long before = stamp();
        Path other = write(".other", "xyz");
        Files.setLastModifiedTime(other, FileTime.from(THEN));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(stamp()).isNotEqualTo(before);
        assertThat(VersionTree.of(folder).stamp(false))
                .isEqualTo(VersionTree.of(folder).stamp(false));
    }

    @Test
    void seesACopiedOldTimeAsAChangeOfToday() throws IOException {
        Instant begin = Instant.now().minusSeconds(5);
        Files.setLastModifiedTime(folder.resolve("model.onnx"), FileTime.from(THEN));

        assertThat(VersionTree.of(folder).lastChange()).isAfter(begin);
    }

    @Test
    void doesNotTakeItsFinalNameForAChange() throws IOException {
        Path staged = Files.createDirectories(folder.resolve(".staged"));
        Files.writeString(staged.resolve("model.onnx"), "");
        Instant before = VersionTree.of(staged).lastChange();

        Path named = Files.move(staged, folder.resolve("1"));

        assertThat(VersionTree.of(named).lastChange()).isEqualTo(before);
    }

    @Test
    void goesOnPastAFolderThatItMayNotLookInto() throws IOException {
        FakeFileSystem system = new FakeFileSystem();
        write("weights/deep/1.bin", "1");
        write("zoo/2.bin", "2");
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("deep")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        VersionTree tree = VersionTree.of(system.of(folder));

        assertThat(tree.files())
                .extracting(VersionTree.FoundFile::path)
                .containsExactly("model.onnx", "weights/0.bin", "zoo/2.bin");
        assertThat(tree.unreadable()).containsExactly("weights/deep");
        assertThat(VersionTree.of(folder).unreadable()).isEmpty();
    }

    @Test
    void goesOnPastAFileThatItMayNotLookAt() throws IOException {
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.ATTRIBUTES && path.endsWith("weights/0.bin")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        VersionTree tree = VersionTree.of(system.of(folder));

        assertThat(tree.files()).extracting(VersionTree.FoundFile::path).containsExactly("model.onnx");
        assertThat(tree.unreadable()).containsExactly("weights/0.bin");
    }

    @Test
    void hasAnotherStampWhereAnEmptyFolderMayNotBeLookedInto() throws IOException {
        FakeFileSystem system = new FakeFileSystem();
        Files.createDirectory(folder.resolve("empty"));
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("empty")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        assertThat(VersionTree.of(system.of(folder)).stamp(true)).isNotEqualTo(stamp());
    }

    @Test
    void saysThatAFolderMayNotBeLookedInto() {
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.LIST) {
                throw new AccessDeniedException(path.toString());
            }
        });

        assertThatThrownBy(() -> VersionTree.of(system.of(folder))).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void failsAsTheFileSystemDoesHalfWayThroughAFolder() {
        FakeFileSystem system = new FakeFileSystem();
        FileSystemException stale = new FileSystemException("weights", null, "Stale file handle");
        system.failAs((call, path) -> {
            if (call == Call.NEXT_ENTRY && path.endsWith("weights")) {
                throw stale;
            }
        });

        assertThatThrownBy(() -> VersionTree.of(system.of(folder))).isSameAs(stale);
    }

    private long stamp() throws IOException {
        return VersionTree.of(folder).stamp(true);
    }

    private Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
