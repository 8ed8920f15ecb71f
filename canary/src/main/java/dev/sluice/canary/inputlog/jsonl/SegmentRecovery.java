package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.protocol.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes segments that dead processes have left behind: cuts what a crash left at their ends, and counts the records whose window
 * was never accounted for.
 *
 * <p>A living process holds the lock of its file; the lock of a dead one's can be had.
 *
 * <p>Threading: confined to one thread; blocks on the file system.
 */
final class SegmentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private final Path folder;
    private final String instance;

    /**
     * @param instance of this process, whose files are left alone
     */
    SegmentRecovery(Path folder, String instance) {
        this.folder = folder;
        this.instance = instance;
    }

    /**
     * Closes all that it can; what it cannot is left as it is.
     *
     * @return whether there are closed segments that were not there before
     */
    boolean recover() {
        boolean any = false;
        for (Path file : openFiles()) {
            try {
                any |= recover(file);
            } catch (NoSuchFileException e) {
                LOG.debug("event=log_recovered_elsewhere file={}", file);
            } catch (IOException e) {
                LOG.warn("event=log_not_recovered file={} reason=\"{}\"", file, e.toString());
            }
        }
        return any;
    }

    private List<Path> openFiles() {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "sluice-*" + SegmentName.OPEN)) {
                for (Path entry : entries) {
                    Optional<SegmentName> name = SegmentName.parse(String.valueOf(entry.getFileName()));
                    if (name.isPresent() && !name.get().instance().equals(instance)) {
                        files.add(entry);
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                LOG.warn("event=log_not_recovered folder={} reason=\"{}\"", folder, e.toString());
            }
        }
        return files;
    }

    private boolean recover(Path file) throws IOException {
        // Only this channel may be open on the file here: the lock ends when any other is closed.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!lock(channel) || !Files.exists(file)) {
                return false;
            }
            long size = channel.size();
            Tail tail = read(file, channel);
            if (tail.isEmpty()) {
                Files.deleteIfExists(file);
                LOG.info("event=log_deleted file={} reason=\"nothing was recorded\"", file);
                return false;
            }
            channel.truncate(tail.goodBytes());
            append(tail.finish(), channel.position(tail.goodBytes()));
            channel.force(true);
            String name = String.valueOf(file.getFileName());
            String stem = name.substring(0, name.length() - SegmentName.OPEN.length());
            Files.move(file, file.resolveSibling(stem + SegmentName.PLAIN), StandardCopyOption.ATOMIC_MOVE);
            LOG.info(
                    "event=log_recovered file={} bytes={} torn={} records={}",
                    file,
                    tail.goodBytes(),
                    size - tail.goodBytes(),
                    tail.records());
        }
        new DiskStorage().syncFolder(folder);
        return true;
    }

    private static void append(ByteSink line, FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.array(), 0, line.size());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static Tail read(Path file, FileChannel channel) throws IOException {
        Tail tail = new Tail();
        LogCursor cursor = new LogCursor(file, true, new CountingInputStream(Channels.newInputStream(channel)));
        boolean more = true;
        while (more) {
            try {
                more = tail.add(cursor.next(), cursor);
            } catch (LogFormatException e) {
                if (e.isForeign()) {
                    throw e;
                }
                // Damaged in the middle: verify will say so. What can be read is kept.
                LOG.warn("event=log_damaged reason=\"{}\"", e.getMessage());
            }
        }
        return tail;
    }
}
