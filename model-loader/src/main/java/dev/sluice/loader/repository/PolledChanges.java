package dev.sluice.loader.repository;

import dev.sluice.model.NanoClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Changes that show when all names, sizes and times of the repository are compared with those of the last time.
 *
 * <p>Threading: as {@link ChangeSource} says.
 */
final class PolledChanges implements ChangeSource {
    private final List<Path> roots;
    private final long periodNanos;
    private final NanoClock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean known;
    private long fingerprint;
    private long nextPoll;

    /**
     * @param period from one comparison to the next
     */
    PolledChanges(List<Path> roots, Duration period, NanoClock clock) {
        this.roots = roots;
        this.periodNanos = period.toNanos();
        this.clock = clock;
    }

    /** Only the first time: afterwards, every look follows a comparison, and what changed in between shows at the next one. */
    @Override
    public void resync() throws IOException {
        if (!known) {
            known = true;
            nextPoll = clock.nanoTime() + periodNanos;
            fingerprint = fingerprint();
        }
    }

    @Override
    public boolean await(long nanos) throws IOException, InterruptedException {
        long untilPoll = nextPoll - clock.nanoTime();
        if (closed.await(Math.min(nanos, untilPoll), TimeUnit.NANOSECONDS) || nextPoll - clock.nanoTime() > 0) {
            return false;
        }
        nextPoll = clock.nanoTime() + periodNanos;
        long before = fingerprint;
        fingerprint = fingerprint();
        return fingerprint != before;
    }

    private long fingerprint() throws IOException {
        MessageDigest digest = FileDigest.newSha256();
        for (Path root : roots) {
            new FolderWalk(root) {
                @Override
                void folder(Path folder, BasicFileAttributes attributes) {
                    add(folder.toString());
                }

                @Override
                void file(Path file, BasicFileAttributes attributes) {
                    add(file + "\0" + attributes.size() + '\0'
                            + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
                }

                private void add(String line) {
                    digest.update((line + '\n').getBytes(StandardCharsets.UTF_8));
                }
            }.over();
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    @Override
    public int folders() {
        return 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
