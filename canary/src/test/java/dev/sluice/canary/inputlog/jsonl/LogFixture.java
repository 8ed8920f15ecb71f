package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.WindowCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A folder, a clock, and sinks that write into it as a channel would have them. */
final class LogFixture {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final Path folder;
    final FaultyStorage storage = new FaultyStorage();
    long segmentBytesMax = 1 << 20;
    Duration segmentTime = Duration.ofHours(1);
    Sync sync = Sync.ROTATION;
    long recordBytesMax = 1 << 20;
    int closedTold;
    Instant now = START;
    private long seed = 1;

    LogFixture(Path folder) {
        this.folder = folder;
    }

    InstantSource clock() {
        return () -> now;
    }

    /** A sink of another process each time. */
    JsonLinesSink sink() {
        SegmentOptions options =
                new SegmentOptions(folder, recordBytesMax, segmentBytesMax, segmentTime, sync, "sluice test");
        return new JsonLinesSink(options, clock(), new SplittableRandom(seed++), () -> closedTold++, storage);
    }

    /** Adds records and flushes them. */
    static void write(JsonLinesSink sink, String... predictionIds) throws Exception {
        for (String id : predictionIds) {
            sink.add(Records.plain(id));
        }
        sink.flush();
    }

    static void add(JsonLinesSink sink, InferenceRecord record) throws Exception {
        sink.add(record);
    }

    /** The end of a window in which nothing but logging happened. */
    WindowCounts window(long number, long logged) {
        return window(number, logged, 0, 0);
    }

    WindowCounts window(long number, long logged, long sampledOut, long dropped) {
        return new WindowCounts(
                number,
                now.minusSeconds(10),
                now,
                logged + sampledOut + dropped,
                logged,
                0,
                sampledOut,
                dropped == 0 ? Map.of() : Map.of(DropReason.QUEUE_FULL, dropped));
    }

    List<String> files() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    Path onlyFile() throws IOException {
        List<String> files = files();
        if (files.size() != 1) {
            throw new AssertionError("expected one file, got " + files);
        }
        return folder.resolve(files.get(0));
    }

    /** All prediction ids in the folder, in order. */
    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        for (LogFile file : LogFolder.of(folder)) {
            try (LogCursor cursor = file.open()) {
                for (LogLine line = cursor.next(); line != null; line = cursor.next()) {
                    if (line instanceof LogLine.Prediction prediction) {
                        ids.add(prediction.record().predictionId());
                    }
                }
            }
        }
        return ids;
    }

    LogVerification verify() throws IOException {
        return LogVerifier.verify(LogFolder.of(folder), bytes -> {});
    }

    /** What is damaged, each with the number of its line. */
    List<String> damages() throws IOException {
        return verify().findings().stream()
                .filter(finding -> finding.kind() == LogFinding.Kind.DAMAGE)
                .map(finding -> finding.line() + ": " + finding.message())
                .toList();
    }
}
