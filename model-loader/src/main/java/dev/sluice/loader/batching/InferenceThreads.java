package dev.sluice.loader.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that run models, shared fairly by all versions: versions that have work stand in a ring, a thread serves the
 * first with one batch, and the version goes to the end.
 *
 * <p>As many threads as cores, each run on one of them, gives the highest throughput on a CPU: more threads, or threads inside
 * the runtime as well, only compete.
 *
 * <p>Bound: a version stands in the ring at most once.
 *
 * <p>Threading: thread-safe. Guarded by {@code lock}, held for a few steps.
 */
public final class InferenceThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InferenceThreads.class);
    private static final long CLOSE_WAIT_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition offered = lock.newCondition();
    private final int count;
    private final CountDownLatch ended;

    @GuardedBy("lock") private final ArrayDeque<Source> ring = new ArrayDeque<>();

    @GuardedBy("lock") private int idle;

    @GuardedBy("lock") private boolean closed;

    /** A version that may have work. */
    interface Source {
        /** The source has left the ring; carries out one batch if there is one. Does not throw. */
        void runOnce();

        /** The threads end: what waits will never run and must hear so. */
        void abandon();
    }

    private InferenceThreads(int count) {
        this.count = count;
        this.ended = new CountDownLatch(count);
    }

    /**
     * Starts {@code count} daemon threads named {@code sluice-infer-N}.
     *
     * @param count 1 or greater
     */
    public static InferenceThreads start(int count) {
        return start(count, "sluice-infer-");
    }

    /**
     * Starts daemon threads named by a prefix and a number from 0.
     *
     * @param count 1 or greater
     */
    static InferenceThreads start(int count, String prefix) {
        if (count < 1) {
            throw new IllegalArgumentException("inference threads must be 1 or greater, got " + count);
        }
        InferenceThreads started = new InferenceThreads(count);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(started::work, prefix + i);
            thread.setDaemon(true);
            thread.start();
        }
        return started;
    }

    public int count() {
        return count;
    }

    /**
     * Puts a source at the end of the ring.
     *
     * @param wake false when the caller is an inference thread that is about to look at the ring itself
     */
    void offer(Source source, boolean wake) {
        boolean taken;
        lock.lock();
        try {
            taken = !closed;
            if (taken) {
                ring.addLast(source);
            }
            if (taken && wake && idle > 0) {
                offered.signal();
            }
        } finally {
            lock.unlock();
        }
        if (!taken) {
            source.abandon();
        }
    }

    private void work() {
        while (true) {
            Source source = next();
            if (source == null) {
                ended.countDown();
                return;
            }
            try {
                source.runOnce();
            } catch (Throwable e) {
                // The root of the thread: a source that throws has a bug, but the thread serves all versions.
                LOG.error("inference thread caught what a version threw", e);
            }
        }
    }

    private @Nullable Source next() {
        lock.lock();
        try {
            while (ring.isEmpty() && !closed) {
                idle++;
                try {
                    offered.awaitUninterruptibly();
                } finally {
                    idle--;
                }
            }
            return closed ? null : ring.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the threads once their present runs are done; waits up to ten seconds for that. What waits is not run and fails with
     * MODEL_NOT_READY at once.
     */
    @Override
    public void close() {
        List<Source> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(ring);
            ring.clear();
            offered.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(Source::abandon);
        try {
            if (!ended.await(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} inference threads still run a model after {} s", ended.getCount(), CLOSE_WAIT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
