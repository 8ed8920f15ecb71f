package dev.sluice.canary.inputlog.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of schema 1 as the first release wrote them. Later releases read them, so they are never changed; a release that writes
 * something else gets files of its own beside them.
 */
class GoldenLogTest {
    private static final Path GOLDEN = Path.of("src/test/resources/inputlog");
    private static final String INSTANCE = "0eb50afdb5dd429d";
    private static final String CLOSED = "sluice-20260301T120000Z-" + INSTANCE + "-000001.jsonl";
    private static final String COMPRESSED = "sluice-20260301T120010Z-" + INSTANCE + "-000002.jsonl.gz";
    private static final String TORN = "sluice-20260301T120020Z-" + INSTANCE + "-000003.jsonl.open";

    @TempDir
    private Path temporary;

    private static List<LogLine> read(String name) throws Exception {
        List<LogLine> lines = new ArrayList<>();
        try (LogCursor cursor = LogFolder.of(GOLDEN.resolve(name)).get(0).open()) {
            for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static LoggedRecord record(LogLine line) {
        return ((LogLine.Prediction) line).record();
    }

    private static WindowCounts window(long number, long received, long logged, long digests, long sampledOut) {
        Instant end = LogFixture.START.plusSeconds(10 * number);
        return new WindowCounts(
                number,
                end.minusSeconds(10),
                end,
                received,
                logged,
                digests,
                sampledOut,
                Map.of(DropReason.QUEUE_FULL, 1L, DropReason.UNWRITABLE, 2L));
    }

    /** What the golden files hold, as it is written today. */
    private LogFixture writeToday() throws Exception {
        LogFixture log = new LogFixture(temporary);
        log.segmentBytesMax = 1;
        JsonLinesSink sink = log.sink();
        sink.add(Records.plain("p-1"));
        sink.add(Records.full("p-2"));
        sink.add(Records.failed("p-3", ErrorCode.INVALID_INPUT));
        sink.add(Records.plain("p-4").digest());
        sink.flush();
        sink.windowEnded(window(1, 107, 4, 1, 100));
        log.now = log.now.plusSeconds(10);
        LogFixture.write(sink, "p-5");
        sink.windowEnded(window(2, 4, 1, 0, 0));
        log.now = log.now.plusSeconds(10);
        LogFixture.write(sink, "p-6", "p-7");
        sink.close();
        return log;
    }

    @Test
    void writesTodayWhatTheFirstReleaseWrote() throws Exception {
        LogFixture log = writeToday();

        assertThat(log.folder.resolve(CLOSED)).hasSameTextualContentAs(GOLDEN.resolve(CLOSED), UTF_8);
        assertThat(log.files()).contains(CLOSED, TORN);
    }

    @Test
    void readsTheClosedSegment() throws Exception {
        List<LogLine> lines = read(CLOSED);

        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo(new LogLine.Segment(1, INSTANCE, 1, 1, LogFixture.START, "sluice test"));
        LoggedRecord plain = record(lines.get(1));
        assertThat(plain.predictionId()).isEqualTo("p-1");
        assertThat(plain.arrived()).isEqualTo(Records.ARRIVED);
        assertThat(plain.model()).isEqualTo(new ModelKey("fraud", 3));
        assertThat(plain.arm()).isEqualTo("default");
        assertThat(plain.reason()).isEqualTo("route");
        assertThat(plain.selectedBy()).isEqualTo("share");
        assertThat(plain.probability()).isEqualTo(1);
        assertThat(plain.timing()).isEqualTo(Records.head("p", null).timing());
        assertThat(plain.redacted()).isFalse();
        assertThat(plain.isDigest()).isFalse();
        assertThat(plain.clientId()).isEmpty();
        assertThat(plain.traceId()).isEmpty();
        LogLine.Window window = (LogLine.Window) lines.get(5);
        assertThat(window.counts()).isEqualTo(window(1, 107, 4, 1, 100));
        assertThat(window.interrupted()).isFalse();
    }

    @Test
    void readsARecordWithEverythingThatOneCanHave() throws Exception {
        LoggedRecord full = record(read(CLOSED).get(2));

        assertThat(full.clientId()).isEqualTo("mine-7");
        assertThat(full.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(full.arm()).isEqualTo("canary");
        assertThat(full.reason()).isEqualTo("split");
        assertThat(full.selectedBy()).isEqualTo("flagged");
        assertThat(full.probability()).isEqualTo(0.5);
        assertThat(full.flags()).containsExactly("out_of_range:age");
        assertThat(full.redacted()).isTrue();
        LoggedBody request = full.request().orElseThrow();
        LoggedBody response = full.response().orElseThrow();
        assertThat(new String(response.bytes(), 0, response.jsonLength(), UTF_8))
                .isEqualTo("{\"model_name\":\"fraud\",\"model_version\":\"3\",\"id\":\"mine-7\","
                        + "\"parameters\":{\"prediction_id\":\"p-2\"},\"outputs\":["
                        + "{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[0.1]},"
                        + "{\"name\":\"id\",\"datatype\":\"UINT64\",\"shape\":[1],\"data\":[18446744073709551615]},"
                        + "{\"name\":\"embedding\",\"datatype\":\"BF16\",\"shape\":[1,2],"
                        + "\"parameters\":{\"binary_data_size\":4}}]}");
        assertThat(response.bytes()).endsWith(1, 2, 3, 4);
        DecodedRequest decoded = new InferRequestDecoder(new TensorPool(1 << 20), CodecLimits.DEFAULT)
                .decode(request.bytes(), 0, request.bytes().length, request.jsonLength());
        List<Tensor> expected =
                Objects.requireNonNull(Records.full("p-2").request()).inputs().tensors();
        assertThat(decoded.inputs().tensors()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Records.bytes(decoded.inputs().tensors().get(i))).isEqualTo(Records.bytes(expected.get(i)));
        }
        assertThat(decoded.priority()).isEqualTo(1);
    }

    @Test
    void readsFailuresAndDigests() throws Exception {
        List<LogLine> lines = read(CLOSED);

        LoggedRecord failed = record(lines.get(3));
        assertThat(failed.failureCode()).isEqualTo("INVALID_INPUT");
        assertThat(failed.failureMessage()).isEqualTo("input 'x': shape [1, 5] does not fit [-1, 4]");
        assertThat(failed.selectedBy()).isEqualTo("error");
        assertThat(failed.request()).isEmpty();
        assertThat(failed.response()).isEmpty();
        LoggedRecord digest = record(lines.get(4));
        assertThat(digest.isDigest()).isTrue();
        assertThat(digest.inputDigests())
                .isEqualTo(TensorDigest.of(
                        Objects.requireNonNull(Records.plain("p-4").request()).inputs()));
        assertThat(digest.outputDigests()).extracting(TensorDigest::dataType).containsExactly(DataType.FP32);
    }

    @Test
    void readsTheCompressedSegment() throws Exception {
        List<LogLine> lines = read(COMPRESSED);

        assertThat(lines).hasSize(3);
        assertThat(record(lines.get(1)).predictionId()).isEqualTo("p-5");
    }

    @Test
    void readsTheSegmentWithATornEnd() throws Exception {
        try (LogCursor cursor = LogFolder.of(GOLDEN.resolve(TORN)).get(0).open()) {
            assertThat(cursor.next()).isInstanceOf(LogLine.Segment.class);
            assertThat(cursor.next()).isInstanceOf(LogLine.Prediction.class);
            assertThat(cursor.next()).isNull();
            assertThat(cursor.tornBytes()).isEqualTo(200);
        }
    }

    @Test
    void verifiesAllOfThemTogether() throws Exception {
        LogVerification verified = LogVerifier.verify(LogFolder.of(GOLDEN), bytes -> {});

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.records()).isEqualTo(6);
        assertThat(verified.received()).isEqualTo(111);
        assertThat(verified.unaccounted()).isEqualTo(1);
        assertThat(Files.exists(GOLDEN.resolve(TORN))).isTrue();
    }
}
