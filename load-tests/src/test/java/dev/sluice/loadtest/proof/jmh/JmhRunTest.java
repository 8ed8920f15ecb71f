package dev.sluice.loadtest.proof.jmh;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhRunTest {
    private static final Instant BUILT = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @Test
    void benchmarksOlderThanTheirSourcesAreNotRun() throws IOException {
        Path list = touch(Files.createFile(folder.resolve("BenchmarkList")), BUILT);
        Path sources = Files.createDirectories(folder.resolve("src/a"));
        Path source = touch(Files.createFile(sources.resolve("B.java")), BUILT.minusSeconds(1));
        touch(sources, BUILT.minusSeconds(1));

        assertThatCode(() -> JmhRun.requireNewerThanSources(list, sources)).doesNotThrowAnyException();

        touch(source, BUILT.plusSeconds(1));
        assertThatThrownBy(() -> JmhRun.requireNewerThanSources(list, sources))
                .isInstanceOf(CannotMeasureException.class)
                .hasMessage(list + " is older than " + source + "; build it with: mvn -B -DskipTests package");
    }

    private static Path touch(Path path, Instant time) throws IOException {
        return Files.setLastModifiedTime(path, FileTime.from(time));
    }
}
