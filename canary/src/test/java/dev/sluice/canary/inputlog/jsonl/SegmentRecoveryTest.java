package dev.sluice.canary.inputlog.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRecoveryTest {
    @TempDir
    private Path temporary;

    private LogFixture log;

    @BeforeEach
    void makeFixture() {
        log = new LogFixture(temporary);
    }

    /** What a process leaves behind that dies after window 1, with c and d of window 2 in the file. */
    private byte[] leftBehind() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a", "b");
        sink.windowEnded(log.window(1, 2, 5, 0));
        LogFixture.write(sink, "c");
        LogFixture.write(sink, "d");
        sink.close();
        return Files.readAllBytes(log.onlyFile());
    }

    private boolean recover() {
        return new SegmentRecovery(log.folder, "ffffffffffffffff").recover();
    }

    private LogLine.Window lastWindow() throws IOException {
        try (LogCursor cursor = LogFolder.of(log.onlyFile()).get(0).open()) {
            LogLine last = null;
            for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                last = line;
            }
            return (LogLine.Window) Objects.requireNonNull(last);
        }
    }

    @Test
    void accountsForTheRecordsOfAWindowThatNeverEnded() throws Exception {
        leftBehind();

        assertThat(recover()).isTrue();

        assertThat(log.onlyFile().toString()).endsWith(".jsonl");
        assertThat(log.ids()).containsExactly("a", "b", "c", "d");
        assertThat(log.damages()).isEmpty();
        assertThat(lastWindow().interrupted()).isTrue();
        assertThat(lastWindow().counts().number()).isEqualTo(2);
        assertThat(lastWindow().counts().received()).isEqualTo(2);
        assertThat(lastWindow().counts().logged()).isEqualTo(2);
        assertThat(log.verify().findings())
                .extracting(LogFinding::message)
                .containsExactly(
                        "window 2 was interrupted: its process ended without a word, 2 records of it are here");
    }

    @Test
    void cutsATornEndAtEveryByteOfIt() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        int lastLine = new String(whole, 0, whole.length - 1, UTF_8).lastIndexOf('\n') + 1;

        for (int length = lastLine; length < whole.length; length++) {
            Files.deleteIfExists(log.onlyFile());
            Files.write(open, Arrays.copyOf(whole, length));

            assertThat(recover()).isTrue();

            assertThat(log.ids()).containsExactly("a", "b", "c");
            assertThat(log.damages()).isEmpty();
            assertThat(lastWindow().counts().logged()).isEqualTo(1);
        }
    }

    @Test
    void cutsAnEndThatIsTornAnywhere() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();

        for (int length = 0; length < whole.length; length += 13) {
            Files.write(open, Arrays.copyOf(whole, length));

            recover();

            assertThat(log.damages()).isEmpty();
            for (String name : log.files()) {
                assertThat(name).endsWith(".jsonl");
                Files.delete(log.folder.resolve(name));
            }
        }
    }

    @Test
    void cutsGarbageBehindTheLastLine() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        byte[] grown = Arrays.copyOf(whole, whole.length + 5000);
        grown[whole.length + 100] = '\n';
        grown[whole.length + 200] = (byte) 0xFF;
        Files.write(open, grown);

        assertThat(recover()).isTrue();

        assertThat(log.ids()).containsExactly("a", "b", "c", "d");
        assertThat(log.damages()).isEmpty();
    }

    @Test
    void addsNothingWhereEveryWindowHasEnded() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        String lines = new String(whole, UTF_8);
        String settled = lines.substring(0, lines.indexOf('\n', lines.indexOf("\"type\":\"window\"")) + 1);
        Files.writeString(open, settled);

        assertThat(recover()).isTrue();

        assertThat(log.onlyFile()).hasContent(settled);
    }

    @Test
    void deletesFilesInWhichNothingWasRecorded() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        int head = new String(whole, UTF_8).indexOf('\n') + 1;

        for (int length : List.of(0, 10, head, head + 10)) {
            Files.write(open, Arrays.copyOf(whole, length));

            assertThat(recover()).isFalse();
            assertThat(log.files()).isEmpty();
        }
    }

    @Test
    void neverTouchesFilesOfProcessesThatLive() throws Exception {
        JsonLinesSink living = log.sink();
        LogFixture.write(living, "a");
        byte[] before = Files.readAllBytes(log.onlyFile());

        assertThat(recover()).isFalse();

        assertThat(log.onlyFile().toString()).endsWith(".open");
        assertThat(Files.readAllBytes(log.onlyFile())).isEqualTo(before);
    }

    @Test
    void leavesFilesOfNewerSchemasAlone() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        Files.writeString(open, new String(whole, UTF_8).replace("\"schema\":1", "\"schema\":2"));

        assertThat(recover()).isFalse();

        assertThat(log.onlyFile()).isEqualTo(open);
    }

    @Test
    void closesAFileThatIsDamagedInTheMiddleAndLeavesItToBeFound() throws Exception {
        byte[] whole = leftBehind();
        Path open = log.onlyFile();
        Files.writeString(open, new String(whole, UTF_8).replaceFirst("\"prediction_id\":\"c\"", "\"prediction"));

        assertThat(recover()).isTrue();

        assertThat(log.onlyFile().toString()).endsWith(".jsonl");
        assertThat(Files.readString(log.onlyFile())).contains("\"logged\":1,").endsWith("\"interrupted\":true}\n");
        assertThat(log.damages()).singleElement().asString().startsWith("5: expected JSON");
    }

    @Test
    void isDoneBeforeTheFirstRecordOfAProcessIsWritten() throws Exception {
        leftBehind();
        Files.writeString(log.folder.resolve("other.jsonl.open"), "not ours");
        JsonLinesSink next = log.sink();
        assertThat(log.files()).anyMatch(name -> name.startsWith("sluice-") && name.endsWith(".open"));

        LogFixture.write(next, "e");
        next.windowEnded(log.window(1, 1));
        next.close();

        assertThat(log.ids()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        assertThat(log.files()).filteredOn(name -> name.endsWith(".open")).containsExactly("other.jsonl.open");
        assertThat(log.closedTold).isEqualTo(2);
        assertThat(log.damages()).isEmpty();
    }
}
