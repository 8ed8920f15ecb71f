package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps others from publishing the same model, by a lock on a hidden file in its folder. The operating system gives it back when
 * its holder dies; the file stays.
 *
 * <p>Threading: confined to the publishing thread.
 */
final class PublishLock implements AutoCloseable {
    private static final String FILE_NAME = ".publish.lock";
    private static final long PAUSE_MILLIS = 50;

    private final Path modelFolder;
    private final FileChannel channel;

    private PublishLock(Path modelFolder, FileChannel channel) {
        this.modelFolder = modelFolder;
        this.channel = channel;
    }

    /** The folder in which nobody else publishes while this is open. */
    Path modelFolder() {
        return modelFolder;
    }

    /**
     * Waits for it.
     *
     * @param timeout how long
     * @param waiting is called once if somebody else has it
     * @throws PublishException when somebody else still has it then
     */
    static PublishLock acquire(Path modelFolder, Duration timeout, Runnable waiting)
            throws IOException, PublishException, InterruptedException {
        Path file = modelFolder.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            long end = System.nanoTime() + timeout.toNanos();
            boolean told = false;
            while (tryLock(channel) == null) {
                if (!told) {
                    told = true;
                    waiting.run();
                }
                if (System.nanoTime() - end > 0) {
                    throw new PublishException("somebody else has been publishing to " + modelFolder + " for more than "
                            + timeout.toSeconds() + " s (they hold " + file + ")");
                }
                Thread.sleep(PAUSE_MILLIS);
            }
            held = true;
            return new PublishLock(modelFolder, channel);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
