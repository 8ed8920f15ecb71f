package dev.sluice.loader.fakes;

import dev.sluice.model.RequestLoop;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop on a thread of its own: a tick ends when the tasks that were queued before it began have run.
 *
 * <p>Threading: as {@link RequestLoop} says.
 */
public final class ThreadRequestLoop implements RequestLoop, AutoCloseable {
    private final int index;
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    public ThreadRequestLoop(int index) {
        this.index = index;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "test-loop-" + index);
            made.setDaemon(true);
            thread = made;
            return made;
        });
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void atEndOfTick(Runnable task) {
        executor.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Future<?> timer = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /** Refuses tasks from now on and forgets those that wait. */
    public void shutDown() {
        executor.shutdownNow();
    }

    @Override
    public void close() {
        shutDown();
    }
}
