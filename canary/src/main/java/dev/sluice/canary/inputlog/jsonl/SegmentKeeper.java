package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after closed segments: rewrites them in another form, and deletes the oldest where there are too many bytes.
 *
 * <p>Does so whenever a segment was closed, and every minute, for all that lies in the folder, whoever wrote it: what a crash or
 * a full disk left undone is done then. A file is replaced by one rename, after the new one was forced to the device.
 *
 * <p>Threading: thread-safe; the work is done on one thread of its own, with one request to do it again at most.
 */
public final class SegmentKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentKeeper.class);
    private static final long PERIOD_SECONDS = 60;
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final ClosedSegments segments;
    private final Optional<SegmentRewriter> rewriter;
    private final long keepBytesMax;
    private final Semaphore wanted = new Semaphore(1);
    private final Thread thread;

    private final AtomicLong segmentsRewritten = new AtomicLong();
    private final AtomicLong bytesBefore = new AtomicLong();
    private final AtomicLong bytesAfter = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong filesDeleted = new AtomicLong();
    private final AtomicLong bytesDeleted = new AtomicLong();
    private volatile long bytesKept;
    private volatile boolean stopping;

    /** Segments that cannot be rewritten, whenever it is tried; of the keeper's thread alone. */
    private final Set<Path> damaged = new HashSet<>();

    /**
     * @param rewriter what closed segments become; empty when they stay as they are
     * @param keepBytesMax most bytes of all closed files, in whatever form
     */
    public SegmentKeeper(Path folder, Optional<SegmentRewriter> rewriter, long keepBytesMax) {
        this.segments = new ClosedSegments(folder);
        this.rewriter = rewriter;
        this.keepBytesMax = keepBytesMax;
        this.thread = new Thread(this::work, "sluice-log-keeper");
        this.thread.setDaemon(true);
    }

    /** Begins with what lies in the folder; called once. */
    public void start() {
        thread.start();
    }

    /** There is a closed segment that was not there before. */
    public void segmentClosed() {
        if (wanted.availablePermits() == 0) {
            wanted.release();
        }
    }

    /** What was done since the start. */
    public KeeperReport report() {
        return new KeeperReport(
                segmentsRewritten.get(),
                bytesBefore.get(),
                bytesAfter.get(),
                failures.get(),
                filesDeleted.get(),
                bytesDeleted.get(),
                bytesKept);
    }

    /**
     * Ends it, within a file where it is at one: that one is done again after the next start. Waits for a moment until it has let
     * the file go, so that whoever comes next finds it free.
     */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!stopping) {
            try {
                if (wanted.tryAcquire(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                    wanted.drainPermits();
                }
                sweep();
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn("event=log_not_kept reason=\"{}\"", e.toString());
            }
        }
    }

    /** Does all that there is to do now. */
    void sweep() throws IOException {
        segments.deleteLeftovers();
        if (rewriter.isPresent()) {
            List<Path> plain = segments.plain();
            damaged.retainAll(plain);
            for (Path segment : plain) {
                if (stopping) {
                    return;
                }
                if (!damaged.contains(segment)) {
                    rewrite(segment, rewriter.get());
                    prune();
                }
            }
        }
        prune();
    }

    private void rewrite(Path segment, SegmentRewriter into) {
        long begun = System.nanoTime();
        try {
            long before = Files.size(segment);
            long after = segments.replace(segment, into);
            if (after >= 0) {
                segmentsRewritten.incrementAndGet();
                bytesBefore.addAndGet(before);
                bytesAfter.addAndGet(after);
                LOG.info(
                        "event=log_segment_rewritten file={} form={} bytes={} before={} millis={}",
                        segment,
                        into.suffix(),
                        after,
                        before,
                        Duration.ofNanos(System.nanoTime() - begun).toMillis());
            }
        } catch (NoSuchFileException e) {
            LOG.debug("event=log_segment_gone file={}", segment);
        } catch (LogFormatException e) {
            failures.incrementAndGet();
            damaged.add(segment);
            LOG.warn("event=log_segment_not_rewritten file={} reason=\"{}\"", segment, e.getMessage());
        } catch (IOException | RuntimeException e) {
            failures.incrementAndGet();
            LOG.warn("event=log_segment_not_rewritten file={} reason=\"{}\"", segment, e.toString());
        }
    }

    /** Deletes the oldest files until the rest is no larger than it may be. */
    private void prune() throws IOException {
        List<ClosedSegments.Kept> kept = segments.list();
        long bytes = kept.stream().mapToLong(ClosedSegments.Kept::byteSize).sum();
        for (ClosedSegments.Kept oldest : kept) {
            if (bytes <= keepBytesMax) {
                break;
            }
            Files.deleteIfExists(oldest.path());
            bytes -= oldest.byteSize();
            filesDeleted.incrementAndGet();
            bytesDeleted.addAndGet(oldest.byteSize());
            LOG.info(
                    "event=log_segment_deleted file={} bytes={} reason=\"more than {} bytes\"",
                    oldest.path(),
                    oldest.byteSize(),
                    keepBytesMax);
        }
        bytesKept = bytes;
    }
}
