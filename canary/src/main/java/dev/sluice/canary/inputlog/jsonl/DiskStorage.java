package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's file system.
 *
 * <p>Threading: thread-safe; blocks.
 */
final class DiskStorage implements LogStorage {
    private static final Logger LOG = LoggerFactory.getLogger(DiskStorage.class);
    private static final FileAttribute<?>[] NONE = {};

    @Override
    public void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, permissions(folder, "rwx------"));
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return locked(file, FileChannel.open(file, options, permissions(file, "rw-------")));
    }

    @Override
    public Output reopen(Path file) throws IOException {
        return locked(file, FileChannel.open(file, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** None where the file system knows no such permissions. */
    static FileAttribute<?>[] permissions(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : NONE;
    }

    private static Output locked(Path file, FileChannel channel) throws IOException {
        try {
            if (!lock(file, channel)) {
                throw new FileAlreadyExistsException(file + " is locked by another process");
            }
            Output output = new DiskOutput(channel, key(file));
            if (!output.isAt(file)) {
                throw new FileAlreadyExistsException(file + " was taken by another process");
            }
            return output;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** False when somebody else has the lock. On file systems without locks a file is written unlocked. */
    private static boolean lock(Path file, FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            LOG.warn("event=log_not_locked file={} reason=\"{}\"", file, e.toString());
            return true;
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private record DiskOutput(FileChannel channel, @Nullable Object key) implements Output {
        /** The JDK copies what it writes into memory outside the heap: this much at once. */
        private static final int PART = 256 << 10;

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            long offset = at;
            int limit = bytes.limit();
            while (bytes.position() < limit) {
                bytes.limit(Math.min(limit, bytes.position() + PART));
                offset += channel.write(bytes, offset);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public boolean isAt(Path path) {
            try {
                return Objects.equals(key, DiskStorage.key(path));
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
