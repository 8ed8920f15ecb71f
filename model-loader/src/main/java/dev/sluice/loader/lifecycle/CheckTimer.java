package dev.sluice.loader.lifecycle;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks later, one at a time.
 *
 * <p>Threading: thread-safe.
 */
interface CheckTimer extends AutoCloseable {
    /**
     * Runs {@code task} after {@code delay}, or after the task that runs then.
     *
     * @return gives it up if it has not begun
     */
    Runnable after(Duration delay, Runnable task);

    /** Gives up what waits. */
    @Override
    void close();

    /** One daemon thread, started when it is needed. */
    static CheckTimer onThread(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return new CheckTimer() {
            @Override
            public Runnable after(Duration delay, Runnable task) {
                try {
                    ScheduledFuture<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                    return () -> future.cancel(false);
                } catch (RejectedExecutionException e) {
                    // Closed: nothing is checked any more.
                    return () -> {};
                }
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
