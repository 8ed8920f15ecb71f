package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.WindowCounts;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One file of a log while it is verified.
 *
 * <p>Threading: confined to one thread.
 */
final class VerifiedFile {
    private final LogFile file;
    private final VerifiedSums sums;
    private final CRC32C checksum = new CRC32C();
    private String instance = "";
    private boolean headed;
    private long records;
    private long digests;
    private long damagedLines;
    private long lastLine;

    VerifiedFile(LogFile file, VerifiedSums sums) {
        this.file = file;
        this.sums = sums;
    }

    void line(LogLine line, LogCursor cursor) {
        lastLine = cursor.lineNumber();
        if (line instanceof LogLine.Segment segment) {
            head(segment);
            return;
        }
        if (!headed) {
            headed = true;
            damage("expected the head of a segment as the first line, got another one");
        }
        if (line instanceof LogLine.Prediction prediction) {
            boolean digest = prediction.record().isDigest();
            sums.record(digest);
            records++;
            digests += digest ? 1 : 0;
            LineReader bytes = cursor.line();
            checksum.update(bytes.bytes(), bytes.from(), bytes.to() + 1 - bytes.from());
        } else if (line instanceof LogLine.Window window) {
            window(window);
        }
    }

    /** A line that cannot be read. */
    void damaged(LogFormatException reason) {
        damagedLines++;
        found(reason.line(), LogFinding.Kind.DAMAGE, reason.reason());
    }

    private void head(LogLine.Segment segment) {
        if (lastLine != 1) {
            damage("expected the head of a segment in the first line only");
        }
        headed = true;
        instance = segment.instance();
        Optional<SegmentName> name =
                SegmentName.parse(String.valueOf(file.path().getFileName()));
        if (name.isPresent()
                && (!name.get().instance().equals(instance) || name.get().sequence() != segment.sequence())) {
            damage("expected segment " + name.get().sequence() + " of "
                    + name.get().instance() + " as the name of the file says, got segment " + segment.sequence()
                    + " of " + instance);
        }
        long last = sums.lastSequence(instance);
        if (last == 0 && segment.sequence() > 1) {
            note("segments 1 to " + (segment.sequence() - 1) + " of " + instance
                    + " are not here; the oldest are deleted when there are too many bytes");
        } else if (segment.sequence() != last + 1) {
            damage("expected segment " + (last + 1) + " of " + instance + ", got " + segment.sequence());
        } else if (last > 0 && segment.firstWindow() != sums.lastWindow(instance) + 1) {
            damage("expected window " + (sums.lastWindow(instance) + 1) + " of " + instance
                    + " next, the segment begins with " + segment.firstWindow());
        }
        sums.sequence(instance, segment.sequence());
        sums.window(instance, segment.firstWindow() - 1);
    }

    private void window(LogLine.Window window) {
        WindowCounts counts = window.counts();
        sums.window(window);
        String name = "window " + counts.number();
        if (headed && !instance.isEmpty() && counts.number() != sums.lastWindow(instance) + 1) {
            damage("expected window " + (sums.lastWindow(instance) + 1) + " next, got " + counts.number());
        }
        sums.window(instance, counts.number());
        if (counts.pending() != 0) {
            damage(name + ": received must be logged + dropped + sampled out, got " + counts.received() + " and "
                    + counts.logged() + " + " + counts.droppedTotal() + " + " + counts.sampledOut());
        }
        if (damagedLines == 0 || records + damagedLines < counts.logged()) {
            expect(name + ": records", counts.logged(), records);
        }
        if (damagedLines == 0) {
            expect(name + ": digests among its records", counts.digests(), digests);
            expect(name + ": checksum of its records", MarkEncoder.hex(window.crc32c()), MarkEncoder.hex((int)
                    checksum.getValue()));
        }
        if (window.interrupted()) {
            note(name + " was interrupted: its process ended without a word, " + counts.logged()
                    + " records of it are here");
        }
        records = 0;
        digests = 0;
        damagedLines = 0;
        checksum.reset();
    }

    /** All lines were read. */
    void end(LogCursor cursor) {
        sums.torn(cursor.tornBytes());
        lastLine = cursor.lineNumber();
        if (file.form() == LogFile.Form.OPEN) {
            sums.unaccounted(records);
            if (records > 0) {
                note(records + " records belong to a window that has not ended");
            }
            if (cursor.tornBytes() > 0) {
                note("the last " + cursor.tornBytes() + " bytes are no whole line");
            }
        } else if (records > 0 || lastLine < 2) {
            damage("expected the end of a window as the last line, got "
                    + (lastLine < 2 ? "none" : records + " records behind the last one"));
        }
    }

    private void expect(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            damage(what + ": expected " + expected + ", got " + actual);
        }
    }

    private void damage(String message) {
        found(lastLine, LogFinding.Kind.DAMAGE, message);
    }

    private void note(String message) {
        found(lastLine, LogFinding.Kind.NOTE, message);
    }

    private void found(long line, LogFinding.Kind kind, String message) {
        sums.found(new LogFinding(file.path(), line, kind, message));
    }
}
