package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.protocol.ByteSink;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the last end of a window in a segment whose writer has died.
 *
 * <p>Threading: confined to one thread.
 */
final class Tail {
    private final CRC32C checksum = new CRC32C();
    private boolean empty = true;
    private long goodBytes;
    private long window = 1;
    private long records;
    private long digests;
    private Instant from = Instant.MAX;
    private Instant to = Instant.MIN;

    /** Takes the next line; false when there is none. */
    boolean add(@Nullable LogLine line, LogCursor cursor) {
        if (line == null) {
            return false;
        }
        goodBytes = cursor.goodBytes();
        if (line instanceof LogLine.Segment segment) {
            window = segment.firstWindow();
            from = segment.created();
            to = from;
        } else if (line instanceof LogLine.Window end) {
            empty = false;
            window = end.counts().number() + 1;
            from = end.counts().to();
            to = from;
            records = 0;
            digests = 0;
            checksum.reset();
        } else if (line instanceof LogLine.Prediction prediction) {
            empty = false;
            add(prediction.record());
            LineReader bytes = cursor.line();
            checksum.update(bytes.bytes(), bytes.from(), bytes.to() + 1 - bytes.from());
        }
        return true;
    }

    private void add(LoggedRecord record) {
        Instant ended = record.arrived().plusNanos(record.timing().totalNanos());
        records++;
        digests += record.isDigest() ? 1 : 0;
        from = from.equals(Instant.MAX) ? record.arrived() : from;
        to = ended.isAfter(to) ? ended : to;
    }

    /** Whether there is neither a record nor the end of a window. */
    boolean isEmpty() {
        return empty;
    }

    /** Bytes up to the end of the last line that could be read. */
    long goodBytes() {
        return goodBytes;
    }

    /** Records that no window has accounted for. */
    long records() {
        return records;
    }

    /** The line that accounts for them; nothing where all are. */
    ByteSink finish() {
        ByteSink line = new ByteSink();
        if (records > 0) {
            WindowCounts counts = new WindowCounts(window, from, to, records, records, digests, 0, Map.of());
            new MarkEncoder().window(new LogLine.Window(counts, (int) checksum.getValue(), true), line);
        }
        return line;
    }
}
