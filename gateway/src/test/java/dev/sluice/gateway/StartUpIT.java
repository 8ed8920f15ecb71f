package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start unpacks, where, and what is left of it however the process ends. */
class StartUpIT {
    @TempDir
    Path folder;

    private Path repository;
    private Path cache;
    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        repository = Files.createDirectory(folder.resolve("models"));
        cache = Files.createDirectory(folder.resolve("cache"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
        TestModels.copy(repository, "mlp");
    }

    @Test
    void unpacksLibrariesOnceForStartsAtTheSameTimeAndLater() throws IOException {
        FileTime unpacked;
        try (SluiceProcess first = serve(Map.of());
                SluiceProcess second = serve(Map.of())) {
            assertThat(libraryFolders()).hasSize(1);
            unpacked = Files.getLastModifiedTime(library());
            stop(first);
            stop(second);
        }
        try (SluiceProcess third = serve(Map.of())) {
            stop(third);
        }

        assertThat(libraryFolders()).hasSize(1);
        assertThat(Files.getLastModifiedTime(library())).isEqualTo(unpacked);
        assertThat(files(cache)).hasSizeLessThanOrEqualTo(2);
        assertThat(everything(temporary)).isEmpty();
    }

    @Test
    void usesTheLibrariesAgainAfterItWasKilled() throws IOException {
        FileTime unpacked;
        try (SluiceProcess server = serve(Map.of())) {
            unpacked = Files.getLastModifiedTime(library());
            server.kill();
            server.awaitEnd();
        }
        assertThat(everything(temporary))
                .as("an empty folder of the runtime's own loader, which a later start removes")
                .hasSizeLessThanOrEqualTo(1)
                .allSatisfy(
                        left -> assertThat(left).isEmptyDirectory().asString().contains("onnxruntime-java"));

        try (SluiceProcess server = serve(Map.of())) {
            stop(server);
        }
        assertThat(Files.getLastModifiedTime(library())).isEqualTo(unpacked);
        assertThat(libraryFolders()).hasSize(1);
    }

    @Test
    void leavesNothingBehindWhereTheUserHasNoFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (SluiceProcess server = serve(Map.of("XDG_CACHE_HOME", file.toString()))) {
            assertThat(everything(temporary)).isNotEmpty();
            stop(server);
        }

        assertThat(everything(temporary)).isEmpty();
    }

    @Test
    void leavesNothingBehindWhenItCannotStart() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (SluiceProcess taken = serve(Map.of());
                SluiceProcess server = SluiceProcess.start(
                        List.of(),
                        Map.of("XDG_CACHE_HOME", file.toString()),
                        List.of("-Djava.io.tmpdir=" + temporary),
                        List.of(
                                "serve",
                                repository.toString(),
                                "--set=http.host=127.0.0.1",
                                "--set=http.port=" + taken.port(),
                                "--set=metrics.port=0",
                                "--set=control.port=0"))) {
            SluiceProcess.Ended ended = server.awaitEnd();
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err()).contains("cannot listen on 127.0.0.1:" + taken.port());
            stop(taken);
        }

        assertThat(everything(temporary)).isEmpty();
    }

    @Test
    void saysWhatCannotBeLoaded() throws IOException {
        Path libraries = Files.createDirectory(folder.resolve("libraries"));
        for (String name : List.of("onnxruntime", "onnxruntime4j_jni")) {
            Files.writeString(libraries.resolve(System.mapLibraryName(name)), "no library");
        }
        try (SluiceProcess server = SluiceProcess.start(
                List.of(),
                Map.of(),
                List.of("-Donnxruntime.native.path=" + libraries),
                List.of(
                        "serve",
                        repository.toString(),
                        "--set=http.port=0",
                        "--set=metrics.port=0",
                        "--set=control.port=0"))) {
            SluiceProcess.Ended ended = server.awaitEnd();

            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err())
                    .contains("sluice: ONNX Runtime's native libraries cannot be loaded", libraries.toString())
                    .doesNotContain("Exception in thread");
        }
    }

    @Test
    void trainsOnTheExampleInTheJar() throws IOException {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (SluiceProcess training = SluiceProcess.start(
                List.of(), Map.of("XDG_CACHE_HOME", cache.toString()), List.of(), List.of("train", work.toString()))) {
            SluiceProcess.Ended ended = training.awaitEnd();

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(ended.err()).doesNotContain("sluice: ", " WARN ", " ERROR ");
        }
        assertThat(work.resolve("flight-delay/1/model.onnx")).exists();
    }

    private SluiceProcess serve(Map<String, String> environment) {
        return SluiceProcess.serve(
                List.of(),
                environment.isEmpty() ? Map.of("XDG_CACHE_HOME", cache.toString()) : environment,
                List.of("-Djava.io.tmpdir=" + temporary),
                repository);
    }

    private static void stop(SluiceProcess server) {
        server.terminate();
        assertThat(server.awaitEnd().exitCode()).isIn(0, 143);
    }

    private Path library() throws IOException {
        return libraryFolders().get(0).resolve(System.mapLibraryName("onnxruntime"));
    }

    private List<Path> libraryFolders() throws IOException {
        try (Stream<Path> folders = Files.list(cache.resolve("sluice/native"))) {
            return folders.filter(path -> path.getFileName().toString().startsWith("onnxruntime-"))
                    .toList();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        return everything(folder).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> everything(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> !path.equals(folder)).toList();
        }
    }
}
