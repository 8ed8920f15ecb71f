package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each case needs a JVM in which the runtime is not loaded yet. */
class NativeLibrariesTest {
    @TempDir
    Path folder;

    private Path cache;
    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        cache = folder.resolve("cache");
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    @Test
    void unpacksOnceAndLeavesNothingElsewhere() throws IOException, InterruptedException {
        String first = output(start());
        Path unpacked = Path.of(first);
        Object written = Files.getLastModifiedTime(unpacked.resolve(System.mapLibraryName("onnxruntime")));
        String second = output(start());

        assertThat(second).isEqualTo(first);
        assertThat(unpacked.getParent()).isEqualTo(cache);
        assertThat(Files.getLastModifiedTime(unpacked.resolve(System.mapLibraryName("onnxruntime"))))
                .isEqualTo(written);
        assertThat(libraries(temporary)).isEmpty();
    }

    @Test
    void letsSeveralProcessesStartAtOnce() throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start());
        }

        for (Process process : processes) {
            assertThat(Path.of(output(process))).isDirectory();
        }
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void repairsAFolderThatLostFiles() throws IOException, InterruptedException {
        Path unpacked = Path.of(output(start()));
        Files.delete(unpacked.resolve(System.mapLibraryName("onnxruntime4j_jni")));

        assertThat(output(start())).isEqualTo(unpacked.toString());
        assertThat(unpacked.resolve(System.mapLibraryName("onnxruntime4j_jni"))).exists();
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void replacesATruncatedLibrary() throws IOException, InterruptedException {
        Path library = Path.of(output(start())).resolve(System.mapLibraryName("onnxruntime4j_jni"));
        long size = Files.size(library);
        Files.write(library, new byte[] {1});

        assertThat(Path.of(output(start()))).isEqualTo(library.getParent());
        assertThat(library).hasSize(size);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void replacesALibraryThatOthersCouldHaveWritten() throws IOException, InterruptedException {
        Path library = Path.of(output(start())).resolve(System.mapLibraryName("onnxruntime4j_jni"));
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(Path.of(output(start()))).isEqualTo(library.getParent());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library)))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void doesNotFollowALinkInItsPlace() throws IOException, InterruptedException {
        Path unpacked = Path.of(output(start()));
        Path elsewhere = Files.move(unpacked, folder.resolve("elsewhere"));
        Files.createSymbolicLink(unpacked, elsewhere);

        assertThat(output(start())).isEqualTo(unpacked.toString());
        assertThat(Files.isSymbolicLink(unpacked)).isFalse();
        assertThat(libraries(elsewhere)).isNotEmpty();
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.toList();
        }
    }

    private static List<Path> libraries(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains("onnxruntime") && Files.isRegularFile(file))
                    .toList();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Djava.io.tmpdir=" + temporary,
                NativeLibrariesProbe.class.getName(),
                cache.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.strip();
    }
}
