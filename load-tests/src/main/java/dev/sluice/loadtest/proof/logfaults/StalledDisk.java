package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files on a file system of their own, in an image, that is frozen: every write blocks in the kernel until it is thawed.
 *
 * <p>Threading: confined to the main thread; a hook thaws it where the proof is stopped.
 *
 * @see "fsfreeze(8)"
 */
final class StalledDisk implements Fault {
    private static final long BYTES_MIN = 64L << 20;

    private final Path mount;
    private final Thread thaw;

    private StalledDisk(Path mount) {
        this.mount = mount;
        thaw = new Thread(this::release, "thaw");
        Runtime.getRuntime().addShutdownHook(thaw);
    }

    static StalledDisk mount(Path folder, long bytes) throws IOException, CannotMeasureException, InterruptedException {
        Path image = folder.resolve("disk.img").toAbsolutePath();
        Path mount = Files.createDirectories(folder.resolve("disk")).toAbsolutePath();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(Math.max(BYTES_MIN, 2 * bytes));
        }
        SystemCommand.run("mkfs.ext4", "-q", "-F", image.toString());
        SystemCommand.run("mount", "-o", "loop", image.toString(), mount.toString());
        return new StalledDisk(mount);
    }

    @Override
    public String channel() {
        return "file";
    }

    @Override
    public List<String> settings() {
        return LogFolderCheck.settings(log());
    }

    private Path log() {
        return mount.resolve("log");
    }

    @Override
    public void begin() throws CannotMeasureException, InterruptedException {
        SystemCommand.run("fsfreeze", "--freeze", mount.toString());
    }

    @Override
    public void end() throws CannotMeasureException, InterruptedException {
        SystemCommand.run("fsfreeze", "--unfreeze", mount.toString());
    }

    @Override
    public List<String> complaints(ChannelCounts counts) throws IOException {
        return LogFolderCheck.complaints(log(), counts);
    }

    private void release() {
        SystemCommand.tryRun("fsfreeze", "--unfreeze", mount.toString());
        SystemCommand.tryRun("umount", mount.toString());
    }

    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(thaw);
            Files.deleteIfExists(mount.resolveSibling("disk.img"));
        } catch (IllegalStateException | IOException e) {
            // The JVM ends already, or the image is only left behind.
        }
    }
}
