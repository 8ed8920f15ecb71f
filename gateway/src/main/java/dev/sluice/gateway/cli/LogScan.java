package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogCursor;
import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogFormatException;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the files of a log. A line that is damaged is told, counted and passed over.
 *
 * <p>Threading: main thread.
 */
final class LogScan {
    /** A file with more damaged lines than this is no log. */
    private static final int DAMAGED_MAX = 100;

    private final List<LogFile> files;
    private final Progress progress;
    private final PrintWriter err;
    private long damaged;
    private long tornBytes;

    /** Gets the lines. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes one line.
         *
         * @return false when no more is wanted
         */
        boolean line(LogLine line) throws IOException;
    }

    LogScan(List<LogFile> files, Progress progress, PrintWriter err) {
        this.files = files;
        this.progress = progress;
        this.err = err;
    }

    /** Gives every line of every file, in order. */
    LogScan run(String what, Receiver receiver) throws IOException {
        long total = bytes();
        long before = 0;
        for (LogFile file : files) {
            try (LogCursor cursor = file.open()) {
                if (!read(cursor, receiver, what, before, total)) {
                    return this;
                }
                tornBytes += cursor.tornBytes();
            } catch (LogFormatException e) {
                damaged(e);
            }
            before += file.byteSize();
        }
        return this;
    }

    private boolean read(LogCursor cursor, Receiver receiver, String what, long before, long total) throws IOException {
        long damagedBefore = damaged;
        while (true) {
            try {
                LogLine line = cursor.next();
                if (line == null) {
                    return true;
                }
                progress.bytes(what, before + cursor.bytesRead(), total);
                if (!receiver.line(line)) {
                    return false;
                }
            } catch (LogFormatException e) {
                damaged(e);
                if (damaged - damagedBefore > DAMAGED_MAX) {
                    throw e;
                }
            }
        }
    }

    private void damaged(LogFormatException problem) {
        damaged++;
        if (damaged <= DAMAGED_MAX) {
            err.println("sluice: " + problem.getMessage());
            err.flush();
        }
    }

    /** Bytes of all files. */
    long bytes() {
        return files.stream().mapToLong(LogFile::byteSize).sum();
    }

    /** Lines that could not be read. */
    long damaged() {
        return damaged;
    }

    /** Bytes behind the last whole line of files that were not closed. */
    long tornBytes() {
        return tornBytes;
    }

    /** The lines' record, or null for others. */
    static @Nullable LoggedRecord record(LogLine line) {
        return line instanceof LogLine.Prediction prediction ? prediction.record() : null;
    }
}
