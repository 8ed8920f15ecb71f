package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant YOUNG = NOW.minus(Duration.ofMinutes(30));
    private static final Instant OLD = NOW.minus(Duration.ofHours(2));

    @TempDir
    Path folder;

    private Path home;
    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    @Test
    void liesInTheUsersCacheFolder() throws IOException {
        assertThat(open(Map.of()).folder()).isEqualTo(home.resolve(".cache/sluice/native"));
        assertThat(open(Map.of("XDG_CACHE_HOME", folder.resolve("xdg").toString()))
                        .folder())
                .isEqualTo(folder.resolve("xdg/sluice/native"));
        assertThat(open(Map.of("XDG_CACHE_HOME", "relative")).folder()).isEqualTo(home.resolve(".cache/sluice/native"));
    }

    @Test
    void isMadeForTheUserAlone() throws IOException {
        Path made = open(Map.of()).folder();

        assertThat(permissions(made)).isEqualTo("rwx------");
        assertThat(permissions(made.resolveSibling("."))).isEqualTo("rwx------");
    }

    @Test
    void isATemporaryFolderOfThisProcessWhereThereIsNoHome() throws IOException {
        NativeCache cache = NativeCache.ofUser(name -> null, "?", temporary, NOW);

        assertThat(cache.isKept()).isFalse();
        assertThat(cache.folder()).isDirectory().hasParent(temporary);
        assertThat(permissions(cache.folder())).isEqualTo("rwx------");

        Files.createFile(cache.scratch().orElseThrow().resolve("library"));
        cache.close();
        assertThat(entries(temporary)).isEmpty();
    }

    @Test
    void isATemporaryFolderWhereTheHomeCannotBeWritten() throws IOException {
        Files.createFile(home.resolve(".cache"));

        assertThat(open(Map.of()).folder()).hasParent(temporary);
    }

    @Test
    void isATemporaryFolderWhereOthersMayWriteToTheUsersOne() throws IOException {
        Path writable = Files.createDirectories(home.resolve(".cache/sluice/native"));
        Files.setPosixFilePermissions(writable, PosixFilePermissions.fromString("rwxrwx---"));

        assertThat(open(Map.of()).folder()).hasParent(temporary);
    }

    @Test
    void isATemporaryFolderWhereTheUsersOneIsALinkElsewhere() throws IOException {
        Files.createDirectories(home.resolve(".cache"));
        Files.createSymbolicLink(home.resolve(".cache/sluice"), Files.createDirectories(folder.resolve("elsewhere")));

        assertThat(open(Map.of()).folder()).hasParent(temporary);
    }

    @Test
    void staysWhenItIsClosed() throws IOException {
        NativeCache cache = open(Map.of());

        cache.close();

        assertThat(cache.isKept()).isTrue();
        assertThat(cache.folder()).isDirectory();
    }

    @Test
    void removesWhatKilledProcessesLeftHalfDone() throws IOException {
        Path cache = Files.createDirectories(folder.resolve("given"));
        leave(cache.resolve(".unpacking-1"), OLD);
        leave(cache.resolve(".damaged-1"), OLD);
        leave(cache.resolve(".unpacking-2"), YOUNG);
        leave(cache.resolve("onnxruntime-linux-x64-1"), OLD);
        leave(cache.resolve("scratch/libnetty1"), OLD);
        leave(cache.resolve("scratch/libnetty2"), YOUNG);
        leave(cache.resolve("scratch/sluice-sqlite-1"), OLD);
        leave(cache.resolve("scratch/sluice-sqlite-2"), YOUNG);
        leave(cache.resolve("scratch/of-somebody-else"), OLD);

        NativeCache.in(cache, NOW);

        assertThat(entries(cache)).containsExactlyInAnyOrder(".unpacking-2", "onnxruntime-linux-x64-1", "scratch");
        assertThat(entries(cache.resolve("scratch")))
                .containsExactlyInAnyOrder("libnetty2", "sluice-sqlite-2", "of-somebody-else");
    }

    @Test
    void hasRoomForOtherLibrariesUnlessItCannotBeMade() throws IOException {
        Path given = Files.createDirectory(folder.resolve("given"));
        assertThat(NativeCache.in(given, NOW).scratch())
                .hasValueSatisfying(scratch -> assertThat(scratch).isDirectory());

        Path file = Files.createFile(folder.resolve("file"));
        assertThat(NativeCache.in(file, NOW).scratch()).isEqualTo(Optional.empty());
    }

    @Test
    void removesTemporaryFoldersOfProcessesThatEnded() throws IOException {
        long running = ProcessHandle.current().parent().orElseThrow().pid();
        long ended = Long.MAX_VALUE;
        leave(temporary.resolve("sluice-native-" + ended + "-1"), OLD);
        leave(temporary.resolve("sluice-native-" + ended + "-2"), YOUNG);
        leave(temporary.resolve("sluice-native-" + running + "-3"), OLD);
        leave(temporary.resolve("sluice-sqlite-4"), OLD);
        leave(temporary.resolve("sluice-sqlite-5"), YOUNG);
        leave(temporary.resolve("other-" + ended), OLD);

        open(Map.of());

        assertThat(entries(temporary))
                .containsExactlyInAnyOrder(
                        "sluice-native-" + ended + "-2",
                        "sluice-native-" + running + "-3",
                        "sluice-sqlite-5",
                        "other-" + ended);
    }

    @Test
    void removesEmptyFoldersOfTheRuntimesOwnLoaderAndNoOthers() throws IOException {
        Path empty = Files.createDirectory(temporary.resolve("onnxruntime-java1"));
        Files.setLastModifiedTime(empty, FileTime.from(OLD));
        leave(temporary.resolve("onnxruntime-java2"), OLD);

        open(Map.of());

        assertThat(entries(temporary)).containsExactly("onnxruntime-java2");
    }

    @Test
    void severalMayRemoveTheSameAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                Path shared = folder.resolve("shared-" + round);
                for (int i = 0; i < 50; i++) {
                    Files.createDirectories(shared.resolve("a" + i).resolve("b"));
                }
                Callable<Boolean> delete = () -> {
                    NativeCache.delete(shared);
                    return true;
                };

                for (Future<Boolean> done : threads.invokeAll(List.of(delete, delete))) {
                    assertThat(done.get()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keepsTheThreeNewestReleases() throws IOException {
        for (int i = 1; i <= 5; i++) {
            leave(folder.resolve("onnxruntime-linux-x64-" + i), OLD.plusSeconds(i));
        }

        NativeCache.dropOldLibraries(folder, folder.resolve("onnxruntime-linux-x64-1"), "onnxruntime-");

        assertThat(entries(folder))
                .containsExactlyInAnyOrder(
                        "home", "tmp", "onnxruntime-linux-x64-1", "onnxruntime-linux-x64-4", "onnxruntime-linux-x64-5");
    }

    private NativeCache open(Map<String, String> environment) throws IOException {
        return NativeCache.ofUser(environment::get, home.toString(), temporary, NOW);
    }

    private static void leave(Path made, Instant touched) throws IOException {
        Files.createDirectories(made);
        Files.createFile(made.resolve("file"));
        Files.setLastModifiedTime(made, FileTime.from(touched));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> entries(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
