package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that read and write bodies which are too large, or compressed, to be worked on an event loop.
 *
 * <p>Bound: a fixed number of waiting bodies; beyond it a request is refused with OVERLOADED and {@link #refusals} counts it.
 *
 * <p>Threading: thread-safe.
 */
public final class CodecThreads implements AutoCloseable {
    private final ThreadPoolExecutor executor;
    private final int waitingMax;
    private final AtomicLong refusals = new AtomicLong();

    /**
     * @param threads 1 or greater
     * @param waitingMax most bodies that wait for a thread, 1 or greater
     */
    public CodecThreads(int threads, int waitingMax) {
        this.waitingMax = waitingMax;
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waitingMax), task -> {
                    Thread thread = new Thread(task, "sluice-codec-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Runs {@code task} soon.
     *
     * @throws InferenceException with OVERLOADED when too many are waiting
     */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            refusals.incrementAndGet();
            throw new InferenceException(
                    ErrorCode.OVERLOADED,
                    waitingMax + " large bodies are already waiting to be read or written; try again later");
        }
    }

    /** Bodies that wait for a thread. */
    public int waiting() {
        return executor.getQueue().size();
    }

    /** Bodies refused because too many were waiting. */
    public long refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
