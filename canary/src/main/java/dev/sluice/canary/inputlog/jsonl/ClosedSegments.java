package dev.sluice.canary.inputlog.jsonl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of closed segments in a folder. Several processes may work on the same folder: a temporary file is locked by the one
 * that writes it.
 *
 * <p>Threading: confined to one thread; blocks on the file system.
 */
final class ClosedSegments {
    private static final String TEMPORARY = ".tmp";

    private final Path folder;
    private final DiskStorage storage = new DiskStorage();

    /** A file of a closed segment, in whatever form. */
    record Kept(SegmentName name, Path path, long byteSize) {}

    ClosedSegments(Path folder) {
        this.folder = folder;
    }

    /** All of them, oldest first. */
    List<Kept> list() throws IOException {
        List<Kept> kept = new ArrayList<>();
        for (Path path : files()) {
            Optional<SegmentName> name = SegmentName.parse(fileName(path));
            if (name.isPresent() && isClosed(fileName(path))) {
                try {
                    kept.add(new Kept(name.get(), path, Files.size(path)));
                } catch (NoSuchFileException e) {
                    // Another process was faster.
                }
            }
        }
        kept.sort(Comparator.comparing(Kept::name).thenComparing(Kept::path));
        return kept;
    }

    /** Those as they were written, oldest first. */
    List<Path> plain() throws IOException {
        return list().stream()
                .map(Kept::path)
                .filter(path -> SegmentName.suffix(fileName(path)).equals(SegmentName.PLAIN))
                .toList();
    }

    /** Deletes what dead processes, or failed attempts, have left half written. */
    void deleteLeftovers() throws IOException {
        for (Path path : files()) {
            if (fileName(path).endsWith(TEMPORARY)
                    && SegmentName.parse(fileName(path)).isPresent()) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    if (lock(channel)) {
                        Files.deleteIfExists(path);
                    }
                } catch (NoSuchFileException e) {
                    // Another process was faster.
                }
            }
        }
    }

    /**
     * Replaces a segment by one of another form.
     *
     * @return bytes of the new file; -1 when another process works on it, or had done so already
     */
    long replace(Path segment, SegmentRewriter into) throws IOException {
        String name = fileName(segment);
        String stem = name.substring(0, name.length() - SegmentName.PLAIN.length());
        Path target = segment.resolveSibling(stem + into.suffix());
        if (Files.exists(target)) {
            // It got its name only after it was whole.
            Files.deleteIfExists(segment);
            return -1;
        }
        Path temporary = segment.resolveSibling(stem + into.suffix() + TEMPORARY);
        long bytes;
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                DiskStorage.permissions(temporary, "rw-------"))) {
            if (!lock(channel)) {
                return -1;
            }
            bytes = write(segment, into, temporary, channel);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        storage.syncFolder(folder);
        Files.deleteIfExists(segment);
        return bytes;
    }

    private static long write(Path segment, SegmentRewriter into, Path temporary, FileChannel channel)
            throws IOException {
        boolean written = false;
        try {
            channel.truncate(0);
            LogFile lines = new LogFile(segment, LogFile.Form.PLAIN, Files.size(segment));
            // Not closed: that would close the channel, and with it end the lock.
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            into.rewrite(lines, out);
            out.flush();
            channel.force(true);
            written = true;
            return channel.size();
        } finally {
            if (!written) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "sluice-*")) {
                entries.forEach(files::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return files;
    }

    /** False when another process has it. */
    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static boolean isClosed(String fileName) {
        String suffix = SegmentName.suffix(fileName);
        return suffix.equals(SegmentName.PLAIN)
                || suffix.equals(SegmentName.GZIP)
                || suffix.equals(SegmentName.PARQUET);
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }
}
