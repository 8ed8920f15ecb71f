package dev.sluice.canary.inputlog.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.DropReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReadingTest {
    private static final String SEGMENT = "{\"schema\":1,\"type\":\"segment\",\"instance\":\"0123456789abcdef\","
            + "\"sequence\":1,\"first_window\":4,\"created\":\"2026-03-01T12:00:00.000000Z\",\"server\":\"sluice 0.1.0\"}\n";
    private static final String PREDICTION = "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"p-1\","
            + "\"time\":\"2026-03-01T12:00:01.000000Z\",\"model\":\"fraud\",\"version\":3}\n";
    private static final String WINDOW = "{\"schema\":1,\"type\":\"window\",\"window\":4,"
            + "\"from\":\"2026-03-01T12:00:00.000000Z\",\"to\":\"2026-03-01T12:00:10.000000Z\",\"received\":5,"
            + "\"logged\":1,\"digests\":0,\"sampled_out\":2,\"dropped\":{\"queue_full\":2},\"crc32c\":\"00abcdef\"}\n";
    private static final String OPEN = "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl.open";
    private static final String CLOSED = "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl";

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static List<LogLine> read(Path file) throws IOException {
        try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
            List<LogLine> lines = new ArrayList<>();
            for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                lines.add(line);
            }
            return lines;
        }
    }

    @Test
    void readsAllKindsOfLines() throws Exception {
        List<LogLine> lines = read(write("any.txt", SEGMENT + PREDICTION + WINDOW));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .isEqualTo(new LogLine.Segment(
                        1, "0123456789abcdef", 1, 4, Instant.parse("2026-03-01T12:00:00Z"), "sluice 0.1.0"));
        assertThat(lines.get(1))
                .isInstanceOfSatisfying(
                        LogLine.Prediction.class,
                        prediction ->
                                assertThat(prediction.record().predictionId()).isEqualTo("p-1"));
        assertThat(lines.get(2)).isInstanceOfSatisfying(LogLine.Window.class, window -> {
            assertThat(window.crc32c()).isEqualTo(0x00ABCDEF);
            assertThat(window.interrupted()).isFalse();
            assertThat(window.counts().number()).isEqualTo(4);
            assertThat(window.counts().dropped()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 2L));
            assertThat(window.counts().pending()).isZero();
        });
    }

    @Test
    void readsCompressedFilesWhateverTheyAreCalled() throws Exception {
        Path file = Files.write(folder.resolve("log"), gzip(SEGMENT + PREDICTION + WINDOW));

        assertThat(read(file)).hasSize(3);
    }

    @Test
    void listsTheFilesOfAFolderInOrderAndNoOthers() throws Exception {
        for (String name : List.of(
                "sluice-20260301T120000Z-0123456789abcdef-1000000.jsonl",
                "sluice-20260301T120000Z-0123456789abcdef-000002.jsonl.gz",
                "sluice-20260301T120000Z-0123456789abcdef-000002.jsonl",
                "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl",
                "sluice-20260228T120000Z-ffffffffffffffff-000009.jsonl.open",
                "sluice-20260301T120000Z-0123456789abcdef-000003.parquet",
                "sluice-20260301T120000Z-0123456789abcdef-000004.jsonl.gz.tmp",
                "sluice.yaml",
                "notes.jsonl")) {
            write(name, "x");
        }

        assertThat(LogFolder.of(folder))
                .extracting(file -> String.valueOf(file.path().getFileName()))
                .containsExactly(
                        "sluice-20260228T120000Z-ffffffffffffffff-000009.jsonl.open",
                        "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl",
                        "sluice-20260301T120000Z-0123456789abcdef-000002.jsonl.gz",
                        "sluice-20260301T120000Z-0123456789abcdef-1000000.jsonl");
        assertThat(LogFolder.of(folder)).allMatch(file -> file.byteSize() == 1);
    }

    @Test
    void findsFilesThatWereClosedOrCompressedSinceTheyWereListed() throws Exception {
        Path open = write(OPEN, SEGMENT);
        LogFile listedOpen = LogFolder.of(folder).get(0);
        Path closed = Files.move(open, folder.resolve(CLOSED));
        LogFile listedClosed = LogFolder.of(folder).get(0);

        try (LogCursor cursor = listedOpen.open()) {
            assertThat(cursor.next()).isInstanceOf(LogLine.Segment.class);
        }
        Files.write(folder.resolve(CLOSED + ".gz"), gzip(SEGMENT));
        Files.delete(closed);

        for (LogFile file : List.of(listedOpen, listedClosed)) {
            try (LogCursor cursor = file.open()) {
                assertThat(cursor.next()).isInstanceOf(LogLine.Segment.class);
            }
        }
    }

    @Test
    void saysWhereThereIsNothing() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> LogFolder.of(missing))
                .isInstanceOf(LogFormatException.class)
                .hasMessage("expected a folder or a file of the input log at " + missing + ", there is nothing");
    }

    @Test
    void reportsATornEndOfAnOpenFileWhereverItWasCut() throws Exception {
        byte[] whole = (SEGMENT + PREDICTION + PREDICTION).getBytes(UTF_8);
        int lastLine = whole.length - PREDICTION.length();

        for (int length = lastLine; length < whole.length; length++) {
            Path file = Files.write(folder.resolve(OPEN), Arrays.copyOf(whole, length));
            try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
                int lines = 0;
                while (cursor.next() != null) {
                    lines++;
                }
                assertThat(lines).isEqualTo(2);
                assertThat(cursor.tornBytes()).isEqualTo(length - lastLine);
                assertThat(cursor.goodBytes()).isEqualTo(lastLine);
            }
        }
    }

    @Test
    void takesGarbageAtTheEndOfAnOpenFileForTorn() throws Exception {
        String garbage = "{\"schema\":1,\"typ\n\u0000\u0000\u0000\n\n half";
        Path file = write(OPEN, SEGMENT + PREDICTION + garbage);

        try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
            assertThat(cursor.next()).isNotNull();
            assertThat(cursor.next()).isNotNull();
            assertThat(cursor.next()).isNull();
            assertThat(cursor.tornBytes()).isEqualTo(garbage.length());
            assertThat(cursor.next()).isNull();
            assertThat(cursor.tornBytes()).isEqualTo(garbage.length());
        }
    }

    @Test
    void followsAFileThatIsStillWritten() throws Exception {
        Path file = write(OPEN, SEGMENT + PREDICTION.substring(0, 20));

        try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
            assertThat(cursor.next()).isNotNull();
            assertThat(cursor.next()).isNull();
            Files.writeString(file, PREDICTION.substring(20), StandardOpenOption.APPEND);

            assertThat(cursor.next()).isInstanceOf(LogLine.Prediction.class);
            assertThat(cursor.tornBytes()).isZero();
            assertThat(cursor.next()).isNull();
            assertThat(cursor.bytesRead()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void refusesADamagedLineAndGoesOnBehindIt() throws Exception {
        for (String name : List.of(OPEN, CLOSED)) {
            Path file = write(name, SEGMENT + "{\"schema\":1,\n" + PREDICTION);

            try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
                assertThat(cursor.next()).isInstanceOf(LogLine.Segment.class);
                assertThatThrownBy(cursor::next)
                        .isInstanceOf(LogFormatException.class)
                        .hasMessageStartingWith(file + ":2: expected JSON, got something else at byte ");
                assertThat(cursor.next()).isInstanceOf(LogLine.Prediction.class);
                assertThat(cursor.lineNumber()).isEqualTo(3);
                assertThat(cursor.next()).isNull();
            }
        }
    }

    @Test
    void refusesAClosedFileThatEndsWithinALine() throws Exception {
        Path file = write(CLOSED, SEGMENT + "{\"sch");

        try (LogCursor cursor = LogFolder.of(file).get(0).open()) {
            assertThat(cursor.next()).isNotNull();
            assertThatThrownBy(cursor::next)
                    .hasMessage(file + ":2: expected a whole line, got the end of the file within it");
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void refusesACompressedFileThatIsCut() throws Exception {
        byte[] whole = gzip(SEGMENT + PREDICTION.repeat(100));
        Path cut = Files.write(folder.resolve(CLOSED + ".gz"), Arrays.copyOf(whole, whole.length / 2));
        Path head = Files.write(folder.resolve("head.gz"), Arrays.copyOf(whole, 5));

        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining(": expected a whole gzip file, got a damaged one");
        assertThatThrownBy(() -> read(head))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining(": expected a whole gzip file, got a damaged head");
    }

    @Test
    void refusesOtherSchemasAndKindsEvenAtTheEndOfAnOpenFile() throws Exception {
        assertRefused(
                PREDICTION.replace("\"schema\":1", "\"schema\":2"),
                "expected a line of schema 1, got schema 2, which a newer release wrote");
        assertRefused(PREDICTION.replace("\"schema\":1", "\"schema\":0"), "expected a line of schema 1, got schema 0");
        assertRefused(
                PREDICTION.replace("prediction\"", "shadow\""),
                "field 'type': expected 'segment', 'prediction' or 'window', got 'shadow'");
    }

    private void assertRefused(String line, String expected) throws IOException {
        Path file = write(OPEN, line);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(LogFormatException.class)
                .hasMessage(file + ":1: " + expected);
    }

    @Test
    void namesTheFieldTheExpectedAndTheActual() throws Exception {
        assertMalformed("PAR1", "expected JSON, got something else at byte ");
        assertMalformed("{\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}", "expected JSON, got something else");
        assertMalformed("[1]", "expected a JSON object, got an array");
        assertMalformed("{} {}", "expected the end of the line after the object, got an object");
        assertMalformed("{}", "field 'schema': expected a value, got none");
        assertMalformed("{\"schema\":\"1\"}", "field 'schema': expected an integer, got a string");
        assertMalformed("{\"schema\":99999999999999999999}", "expected an integer of at most 64 bits: ");
        assertMalformed("{\"schema\":1}", "field 'type': expected a value, got none");
        assertMalformed("{\"flags\":[1]}", "field 'flags': expected an array of strings, got an integer");
        assertMalformed("{\"request\":[]}", "field 'request': expected an object, got an array");
        assertMalformed("{\"redacted\":1}", "field 'redacted': expected true or false, got an integer");
        assertMalformed(
                "{\"sampling\":{\"probability\":\"a\"}}", "field 'probability': expected a number, got a string");
        assertMalformed(
                "{\"time\":\"today\"}",
                "field 'time': expected a time such as 2026-03-01T12:00:00.000000Z, got 'today'");
        assertMalformed("{\"crc32c\":\"xyz\"}", "field 'crc32c': expected eight hex digits, got 'xyz'");
        assertMalformed(
                "{\"dropped\":{\"bored\":1}}",
                "field 'bored': expected a known reason such as 'queue_full', got 'bored'");
        assertMalformed(
                "{\"input_digests\":[{\"datatype\":\"FP33\"}]}",
                "field 'datatype': expected a datatype such as FP32, got 'FP33'");
        assertMalformed(PREDICTION.trim().replace("fraud", ""), "model name must not be empty");
    }

    private void assertMalformed(String line, String expected) throws IOException {
        Path file = write(CLOSED, line + "\n");
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(LogFormatException.class)
                .hasMessageStartingWith(file + ":1: " + expected);
    }

    @Test
    void ignoresFieldsThatItDoesNotKnow() throws Exception {
        Path file = write(CLOSED, PREDICTION.replace("\"version\"", "\"new\":{\"a\":[1,{}]},\"version\""));

        assertThat(read(file)).hasSize(1);
    }

    @Test
    void readsLinesLongerThanItsBuffer() throws Exception {
        String padded = PREDICTION.replace("\"version\"", "\"pad\":\"" + "x".repeat(200_000) + "\",\"version\"");
        Path file = write(CLOSED, (SEGMENT + padded + WINDOW).repeat(3));

        assertThat(read(file)).hasSize(9);
    }
}
