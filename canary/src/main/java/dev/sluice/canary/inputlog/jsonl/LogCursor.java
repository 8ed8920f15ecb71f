package dev.sluice.canary.inputlog.jsonl;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of the input log line by line.
 *
 * <p>The end of a file whose writer runs, or has died, may be half a line or what a crash of the machine left there: that is no
 * error but {@link #tornBytes}. A line that cannot be read and is followed by one that can is an error in every file.
 *
 * <p>Threading: confined to one thread.
 */
public final class LogCursor implements AutoCloseable {
    private final Path path;
    private final boolean mayBeTorn;
    private final CountingInputStream file;
    private final LineReader lines;
    /** Found while it was looked for one behind a damaged line. */
    private @Nullable LogLine ahead;

    /** Nothing can be read any more, which was said. */
    private boolean ended;

    private long goodBytes;
    private long tornBytes;

    /**
     * @param mayBeTorn whether the file was not closed
     * @param file is closed by {@link #close}
     */
    LogCursor(Path path, boolean mayBeTorn, CountingInputStream file) throws IOException {
        this.path = path;
        this.mayBeTorn = mayBeTorn;
        this.file = file;
        InputStream marked = new BufferedInputStream(file, 1 << 16);
        this.lines = new LineReader(LogFile.isGzip(marked) ? gzip(path, marked) : marked);
    }

    private static InputStream gzip(Path path, InputStream bytes) throws IOException {
        try {
            return new GZIPInputStream(bytes, 1 << 16);
        } catch (EOFException | ZipException e) {
            throw LogFormatException.of(path, "expected a whole gzip file, got a damaged head: " + e.getMessage());
        }
    }

    /**
     * The next line; null at the end. Where the file is still written, a later call goes on with what was added.
     *
     * @throws LogFormatException if the line is damaged, is none of the input log, or is of a newer schema
     */
    public @Nullable LogLine next() throws IOException {
        LogLine found = ahead;
        if (found != null) {
            ahead = null;
            return good(found);
        }
        if (ended || !nextLine()) {
            tornBytes = lines.nextOffset() + lines.restSize() - goodBytes;
            if (lines.restSize() > 0 && !mayBeTorn && !ended) {
                ended = true;
                throw LogFormatException.at(
                        path, lines.number() + 1, "expected a whole line, got the end of the file within it");
            }
            return null;
        }
        try {
            return good(LineParser.parse(lines.bytes(), lines.from(), lines.to()));
        } catch (MalformedLineException e) {
            LogFormatException damage = LogFormatException.at(path, lines.number(), e);
            if (!mayBeTorn || e.isWhole() || anyGoodLineFollows()) {
                throw damage;
            }
            tornBytes = lines.nextOffset() + lines.restSize() - goodBytes;
            return null;
        }
    }

    /** Bytes at the end that are no lines, as far as that is known: 0 before the end was reached. */
    public long tornBytes() {
        return tornBytes;
    }

    /** Bytes of the file that were read, as they lie on the disk. */
    public long bytesRead() {
        return file.count();
    }

    /** Number of the line that was read last, from 1 on. */
    public long lineNumber() {
        return lines.number();
    }

    /** The line that was read last, as it stands in the file. */
    public String text() {
        return new String(lines.bytes(), lines.from(), lines.to() - lines.from(), StandardCharsets.UTF_8);
    }

    /** Bytes, decompressed, up to the end of the last line that could be read. */
    long goodBytes() {
        return goodBytes;
    }

    /** Where the bytes of the line that was read last are; valid until the next call of {@link #next}. */
    LineReader line() {
        return lines;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private LogLine good(LogLine line) {
        goodBytes = lines.nextOffset();
        tornBytes = 0;
        return line;
    }

    private boolean nextLine() throws IOException {
        try {
            return lines.next();
        } catch (EOFException | ZipException e) {
            ended = true;
            throw LogFormatException.at(
                    path, lines.number() + 1, "expected a whole gzip file, got a damaged one: " + e.getMessage());
        }
    }

    private boolean anyGoodLineFollows() throws IOException {
        while (nextLine()) {
            try {
                ahead = LineParser.parse(lines.bytes(), lines.from(), lines.to());
                return true;
            } catch (MalformedLineException e) {
                if (e.isWhole()) {
                    return true;
                }
            }
        }
        return false;
    }
}
