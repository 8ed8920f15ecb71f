package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LogFolder;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    private static final String FIRST = "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl";
    private static final String SECOND = "sluice-20260301T130000Z-0123456789abcdef-000002.jsonl";
    private static final String OTHER = "sluice-20260301T130000Z-aaaaaaaaaaaaaaaa-000001.jsonl.open";

    @TempDir
    Path folder;

    @Test
    void takesTheLastLinesOfSeveralFiles() throws IOException {
        new LogText().answered(1).answered(2).answered(3).write(folder, FIRST);
        new LogText().answered(4).write(folder, SECOND + ".open");

        try (LogFollower follower = follower()) {
            assertThat(follower.last(LogFolder.of(folder), 3)).containsExactly("p-2", "p-3", "p-1");
            assertThat(follower.more()).isEmpty();
        }
    }

    @Test
    void goesOnWhereAFileGrows() throws IOException {
        Path file = new LogText().answered(1).write(folder, FIRST + ".open");
        String line = Files.readAllLines(file).get(1);

        try (LogFollower follower = follower()) {
            assertThat(follower.last(LogFolder.of(folder), 0)).isEmpty();
            Files.writeString(file, line.replace("p-1", "p-2").substring(0, 100), StandardOpenOption.APPEND);
            assertThat(follower.more()).isEmpty();
            Files.writeString(file, line.replace("p-1", "p-2").substring(100) + "\n", StandardOpenOption.APPEND);
            assertThat(follower.more()).containsExactly("p-2");
            assertThat(follower.more()).isEmpty();
        }
    }

    @Test
    void followsRotation() throws IOException {
        Path file = new LogText().answered(1).write(folder, FIRST + ".open");
        String line = Files.readAllLines(file).get(1);

        try (LogFollower follower = follower()) {
            follower.last(LogFolder.of(folder), 10);
            Files.writeString(file, line.replace("p-1", "p-2") + "\n", StandardOpenOption.APPEND);
            Files.move(file, folder.resolve(FIRST));
            new LogText().answered(3).write(folder, SECOND + ".open");
            new LogText().answered(4).answered(5).write(folder, OTHER);
            assertThat(follower.more()).containsExactly("p-2", "p-1", "p-1", "p-2");
            assertThat(follower.more()).isEmpty();
        }
    }

    @Test
    void forgetsWhatWasRemoved() throws IOException {
        Path file = new LogText().answered(1).write(folder, FIRST + ".open");

        try (LogFollower follower = follower()) {
            follower.last(LogFolder.of(folder), 10);
            Files.delete(file);
            assertThat(follower.more()).isEmpty();
            new LogText().answered(2).write(folder, SECOND + ".open");
            assertThat(follower.more()).isEqualTo(List.of("p-1"));
        }
    }

    private LogFollower follower() {
        return new LogFollower(folder, (line, cursor) -> text(line));
    }

    private static @Nullable String text(LogLine line) {
        LoggedRecord record = LogScan.record(line);
        return record == null ? null : record.predictionId();
    }
}
