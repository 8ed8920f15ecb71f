package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Files on a small file system in memory, whose last byte another file takes.
 *
 * <p>Threading: confined to the main thread; a hook takes it away where the proof is stopped.
 */
final class FullDisk implements Fault {
    private static final long BYTES_MIN = 16L << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PAGE_BYTES = 4 << 10;

    private final Path mount;
    private final Thread hook;

    private FullDisk(Path mount) {
        this.mount = mount;
        hook = new Thread(this::release, "unmount");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static FullDisk mount(Path folder, long bytes) throws IOException, CannotMeasureException, InterruptedException {
        Path mount = Files.createDirectories(folder.resolve("disk")).toAbsolutePath();
        SystemCommand.run(
                "mount", "-t", "tmpfs", "-o", "size=" + Math.max(BYTES_MIN, bytes), "tmpfs", mount.toString());
        return new FullDisk(mount);
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

    private Path ballast() {
        return mount.resolve("ballast");
    }

    @Override
    public void begin() throws IOException {
        try (FileChannel file = FileChannel.open(ballast(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            fill(file, PIECE_BYTES);
            fill(file, PAGE_BYTES);
        }
    }

    private static void fill(FileChannel file, int pieceBytes) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
        while (true) {
            try {
                file.write(piece.rewind());
            } catch (IOException e) {
                // Full.
                return;
            }
        }
    }

    @Override
    public void end() throws IOException {
        Files.deleteIfExists(ballast());
    }

    @Override
    public List<String> complaints(ChannelCounts counts) throws IOException {
        return LogFolderCheck.complaints(log(), counts);
    }

    private void release() {
        SystemCommand.tryRun("umount", mount.toString());
    }

    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM ends already.
        }
    }
}
