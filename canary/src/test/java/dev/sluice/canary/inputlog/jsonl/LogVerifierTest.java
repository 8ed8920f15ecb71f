package dev.sluice.canary.inputlog.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerifierTest {
    @TempDir
    private Path temporary;

    private LogFixture log;

    @BeforeEach
    void makeFixture() {
        log = new LogFixture(temporary);
    }

    /** Three segments of one process: windows 1 and 2, window 3, window 4. */
    private void writeThreeSegments() throws Exception {
        log.segmentBytesMax = 2500;
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a", "b");
        sink.windowEnded(log.window(1, 2, 10, 0));
        LogFixture.write(sink, "c", "d");
        sink.windowEnded(log.window(2, 2, 0, 3));
        log.segmentBytesMax = 1;
        LogFixture.write(sink, "e", "f", "g", "h");
        sink.windowEnded(log.window(3, 4));
        LogFixture.write(sink, "i");
        sink.windowEnded(log.window(4, 1));
        sink.close();
        assertThat(log.files()).hasSize(3);
    }

    private Path file(int index) throws IOException {
        return log.folder.resolve(log.files().get(index));
    }

    private void change(int index, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(file(index));
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file(index), after);
    }

    @Test
    void findsEverySumOfASoundLog() throws Exception {
        writeThreeSegments();
        AtomicLong progress = new AtomicLong();

        LogVerification verified = LogVerifier.verify(LogFolder.of(log.folder), progress::addAndGet);

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.findings()).isEmpty();
        assertThat(verified.files()).isEqualTo(3);
        assertThat(verified.records()).isEqualTo(9);
        assertThat(verified.windows()).isEqualTo(4);
        assertThat(verified.received()).isEqualTo(22);
        assertThat(verified.logged()).isEqualTo(9);
        assertThat(verified.sampledOut()).isEqualTo(10);
        assertThat(verified.dropped()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 3L));
        assertThat(verified.droppedTotal()).isEqualTo(3);
        assertThat(verified.unaccounted()).isZero();
        assertThat(verified.tornBytes()).isZero();
        assertThat(verified.bytes())
                .isEqualTo(progress.get())
                .isEqualTo(Files.size(file(0)) + Files.size(file(1)) + Files.size(file(2)));
    }

    @Test
    void findsARecordThatWasChanged() throws Exception {
        writeThreeSegments();
        change(0, text -> text.replaceFirst("4\\.5\\]", "4.6]"));

        assertThat(log.damages())
                .singleElement()
                .asString()
                .matches("4: window 1: checksum of its records: expected [0-9a-f]{8}, got [0-9a-f]{8}");
    }

    @Test
    void findsARecordThatIsMissing() throws Exception {
        writeThreeSegments();
        change(1, text -> text.replaceFirst("\\{[^\\n]*\"prediction_id\":\"f\".*\\n", ""));

        assertThat(log.damages()).hasSize(2).first().isEqualTo("5: window 3: records: expected 4, got 3");
    }

    @Test
    void findsALineThatCannotBeRead() throws Exception {
        writeThreeSegments();
        change(1, text -> text.replaceFirst("\"prediction_id\":\"f\",", "\u0000"));

        assertThat(log.damages())
                .singleElement()
                .asString()
                .startsWith("3: expected JSON, got something else at byte ");
    }

    @Test
    void findsSumsThatDoNotAddUp() throws Exception {
        writeThreeSegments();
        change(0, text -> text.replace("\"received\":12,", "\"received\":13,"));

        assertThat(log.damages())
                .containsExactly("4: window 1: received must be logged + dropped + sampled out, got 13 and 2 + 0 + 10");
    }

    @Test
    void findsDigestsThatDoNotAddUp() throws Exception {
        writeThreeSegments();
        change(2, text -> text.replace("\"digests\":0", "\"digests\":1"));

        assertThat(log.damages()).containsExactly("3: window 4: digests among its records: expected 1, got 0");
    }

    @Test
    void findsAWindowThatIsMissing() throws Exception {
        writeThreeSegments();
        change(0, text -> text.replaceFirst("(?s)\\{[^\\n]*\"prediction_id\":\"a\".*?\"type\":\"window\".*?\\n", ""));

        assertThat(log.damages()).containsExactly("4: expected window 1 next, got 2");
    }

    @Test
    void findsASegmentThatIsMissing() throws Exception {
        writeThreeSegments();
        Files.delete(file(1));

        assertThat(log.damages()).singleElement().asString().matches("1: expected segment 2 of [0-9a-f]{16}, got 3");
    }

    @Test
    void notesThatTheOldestSegmentsAreMissing() throws Exception {
        writeThreeSegments();
        Files.delete(file(0));
        Files.delete(file(0));

        LogVerification verified = log.verify();

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.findings())
                .singleElement()
                .asString()
                .matches(".*:1: segments 1 to 2 of [0-9a-f]{16} are not here; "
                        + "the oldest are deleted when there are too many bytes");
    }

    @Test
    void findsASegmentWithoutItsTrailer() throws Exception {
        writeThreeSegments();
        change(2, text -> text.substring(0, text.lastIndexOf("{\"schema\":1,\"type\":\"window\"")));
        Files.writeString(log.folder.resolve("sluice-20260401T000000Z-0123456789abcdef-000001.jsonl"), "");

        assertThat(log.damages())
                .containsExactly(
                        "2: expected the end of a window as the last line, got 1 records behind the last one",
                        "0: expected the end of a window as the last line, got none");
    }

    @Test
    void findsAClosedSegmentThatWasCut() throws Exception {
        writeThreeSegments();
        change(2, text -> text.substring(0, text.length() - 10));

        assertThat(log.damages())
                .containsExactly(
                        "3: expected a whole line, got the end of the file within it",
                        "2: expected the end of a window as the last line, got 1 records behind the last one");
    }

    @Test
    void findsACompressedSegmentThatWasCut() throws Exception {
        writeThreeSegments();
        new SegmentKeeper(log.folder, Optional.of(new GzipRewriter()), Long.MAX_VALUE).sweep();
        byte[] whole = Files.readAllBytes(file(1));
        Files.write(file(1), Arrays.copyOf(whole, whole.length / 2));

        assertThat(log.damages())
                .isNotEmpty()
                .first()
                .asString()
                .contains("expected a whole gzip file, got a damaged one");
        Files.write(file(1), Arrays.copyOf(whole, 5));
        assertThat(log.damages())
                .isNotEmpty()
                .first()
                .asString()
                .contains("expected a whole gzip file, got a damaged head");
    }

    @Test
    void findsAFileUnderTheNameOfAnother() throws Exception {
        writeThreeSegments();
        Files.move(file(2), Path.of(file(2).toString().replace("-000003.", "-000004.")));

        assertThat(log.damages())
                .singleElement()
                .asString()
                .matches("1: expected segment 4 of ([0-9a-f]{16}) as the name of the file says, got segment 3 of \\1");
    }

    @Test
    void findsAFileWithoutAHead() throws Exception {
        writeThreeSegments();
        change(0, text -> text.substring(text.indexOf('\n') + 1));

        assertThat(log.damages())
                .first()
                .isEqualTo("1: expected the head of a segment as the first line, got another one");
    }

    @Test
    void notesWhatAnOpenFileHasNotAccountedForYet() throws Exception {
        JsonLinesSink sink = log.sink();
        LogFixture.write(sink, "a");
        sink.windowEnded(log.window(1, 1));
        LogFixture.write(sink, "b", "c");
        sink.close();
        change(0, text -> text + "{\"half");

        LogVerification verified = log.verify();

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.unaccounted()).isEqualTo(2);
        assertThat(verified.tornBytes()).isEqualTo(6);
        assertThat(verified.findings())
                .extracting(LogFinding::message)
                .isEqualTo(List.of(
                        "2 records belong to a window that has not ended", "the last 6 bytes are no whole line"));
    }

    @Test
    void tellsTheFirstOfVeryManyFindingsAndCountsAll() throws Exception {
        Files.writeString(
                log.folder.resolve("sluice-20260401T000000Z-0123456789abcdef-000001.jsonl"), "x\n".repeat(1500));

        LogVerification verified = log.verify();

        assertThat(verified.findings()).hasSize(LogVerification.FINDINGS_MAX);
        assertThat(verified.damages()).isGreaterThanOrEqualTo(1500);
        assertThat(verified.isSound()).isFalse();
    }
}
