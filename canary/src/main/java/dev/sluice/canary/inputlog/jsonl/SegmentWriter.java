package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.protocol.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment that is written now, and its file. What is appended is there whole, or not at all and can be appended again.
 *
 * <p>Threading: confined to one thread; blocks on the file system.
 */
final class SegmentWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

    private final SegmentOptions options;
    private final LogStorage storage;
    private final String instance;
    private final MarkEncoder marks = new MarkEncoder();
    private final ByteSink head = new ByteSink();

    private long sequence;
    private @Nullable SegmentName name;
    private LogStorage.@Nullable Output output;
    private Instant created = Instant.EPOCH;
    private long goodBytes;
    /** Whether there may be more in the file than {@code goodBytes}. */
    private boolean torn;

    /**
     * @param instance 16 hex digits that no other process has
     */
    SegmentWriter(SegmentOptions options, LogStorage storage, String instance) {
        this.options = options;
        this.storage = storage;
        this.instance = instance;
    }

    /** Whether a segment was begun and has not ended. */
    boolean isOpen() {
        return name != null;
    }

    /** Bytes of the segment; 0 when there is none. */
    long size() {
        return goodBytes;
    }

    /** When the segment was begun. */
    Instant created() {
        return created;
    }

    /**
     * Appends whole lines; begins a segment where there is none.
     *
     * @param window number of the window that the lines belong to
     * @throws IOException if they cannot be written now; then none of them is there
     */
    void append(ByteSink lines, Instant now, long window) throws IOException {
        LogStorage.Output file = ready(now, window);
        try {
            if (goodBytes == 0) {
                torn = true;
                file.write(ByteBuffer.wrap(head.array(), 0, head.size()), 0);
                goodBytes = head.size();
            }
            torn = true;
            file.write(ByteBuffer.wrap(lines.array(), 0, lines.size()), goodBytes);
            if (options.sync() == Sync.FLUSH) {
                file.force();
            }
            goodBytes += lines.size();
            torn = false;
        } catch (IOException e) {
            takeBack(file, e);
            throw e;
        }
    }

    /** The segment's file, which has nothing in it but what belongs there. */
    private LogStorage.Output ready(Instant now, long window) throws IOException {
        SegmentName present = name;
        LogStorage.Output file = output;
        if (present != null && file != null && !file.isAt(open(present))) {
            abandon("its file was taken away");
            present = null;
            file = null;
        }
        if (present != null && file == null) {
            file = reopen(present);
        }
        if (file == null) {
            file = begin(now, window);
        }
        output = file;
        cut(file);
        return file;
    }

    /** Takes out of the file what does not belong there. */
    private void cut(LogStorage.Output file) throws IOException {
        if (!torn) {
            return;
        }
        try {
            file.truncate(goodBytes);
            torn = false;
        } catch (IOException e) {
            // Perhaps this handle is bad and another is not.
            output = null;
            close(file);
            throw e;
        }
    }

    private LogStorage.@Nullable Output reopen(SegmentName present) throws IOException {
        try {
            LogStorage.Output file = storage.reopen(open(present));
            boolean whole = false;
            try {
                whole = file.size() >= goodBytes;
            } finally {
                if (!whole) {
                    close(file);
                }
            }
            if (whole) {
                torn = true;
                return file;
            }
            abandon("its file was cut");
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            abandon("its file was taken away");
        }
        return null;
    }

    private LogStorage.Output begin(Instant now, long window) throws IOException {
        storage.createFolder(options.folder());
        SegmentName next = SegmentName.of(now, instance, sequence + 1);
        // Where another process took it for one that nobody writes, the next attempt is under a name of another second.
        LogStorage.Output file = storage.create(open(next));
        sequence++;
        name = next;
        created = now;
        goodBytes = 0;
        torn = false;
        head.clear();
        marks.segment(new LogLine.Segment(LineParser.SCHEMA, instance, sequence, window, now, options.server()), head);
        if (options.sync() == Sync.FLUSH) {
            // What is forced into a file is of no use when the folder forgets the file.
            syncFolder();
        }
        return file;
    }

    private void takeBack(LogStorage.Output file, IOException cause) {
        try {
            cut(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** What was in the segment's file is lost, by nobody's fault here: what comes is in the next one. */
    private void abandon(String reason) {
        LOG.warn("event=log_segment_lost segment={} bytes={} reason=\"{}\"", name, goodBytes, reason);
        close(output);
        forget();
    }

    /**
     * Ends the segment, whose last line is the end of a window; one with nothing but a head is deleted.
     *
     * @return its file; null when there is none
     * @throws IOException if it goes on as it was, because that cannot be done now
     */
    @Nullable Path end() throws IOException {
        SegmentName present = name;
        if (present == null || isEmpty()) {
            leave();
            return null;
        }
        LogStorage.Output file = output == null ? reopen(present) : output;
        output = file;
        if (file == null) {
            return null;
        }
        if (!file.isAt(open(present))) {
            abandon("its file was taken away");
            return null;
        }
        cut(file);
        if (options.sync() != Sync.NEVER) {
            file.force();
        }
        Path closed = options.folder().resolve(present.file(SegmentName.PLAIN));
        storage.rename(open(present), closed);
        close(file);
        forget();
        if (options.sync() != Sync.NEVER) {
            syncFolder();
        }
        return closed;
    }

    private boolean isEmpty() {
        return goodBytes <= head.size();
    }

    /** Gives up the file as it is; one with nothing but a head is deleted. */
    void leave() {
        SegmentName present = name;
        LogStorage.Output file = output;
        if (present != null && file != null) {
            try {
                if (isEmpty()) {
                    storage.delete(open(present));
                } else if (torn) {
                    file.truncate(goodBytes);
                }
            } catch (IOException e) {
                LOG.warn("event=log_segment_torn segment={} reason=\"{}\"", present, e.toString());
            }
        }
        close(file);
        forget();
    }

    private void syncFolder() {
        try {
            storage.syncFolder(options.folder());
        } catch (IOException e) {
            LOG.warn("event=log_folder_not_synced folder={} reason=\"{}\"", options.folder(), e.toString());
        }
    }

    private Path open(SegmentName segment) {
        return options.folder().resolve(segment.file(SegmentName.OPEN));
    }

    private void forget() {
        name = null;
        output = null;
        goodBytes = 0;
        torn = false;
    }

    private static void close(LogStorage.@Nullable Output file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("event=log_file_not_closed reason=\"{}\"", e.toString());
            }
        }
    }
}
