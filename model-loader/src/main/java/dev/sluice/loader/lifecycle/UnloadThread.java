package dev.sluice.loader.lifecycle;

import dev.sluice.model.NanoClock;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that frees what versions hold, and gives the memory back to the system afterwards: once things are quiet, and
 * at most every few seconds while they are not, because allocations wait while that is done.
 *
 * <p>Bound: as many tasks as there are versions.
 *
 * <p>Threading: thread-safe.
 */
final class UnloadThread {
    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration TRIM_PERIOD = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor thread;
    private final NanoClock clock;
    private final Runnable trim;

    /** Confined to the thread. */
    private boolean trimPending;

    private boolean trimmed;
    private long lastTrimNanos;

    /**
     * @param trim gives freed memory back to the system
     */
    UnloadThread(NanoClock clock, Runnable trim) {
        this.clock = clock;
        this.trim = trim;
        thread = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("sluice-unload-"));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void execute(Runnable task) {
        thread.execute(task);
    }

    /** Memory was freed. Called on the thread itself. */
    void trimSoon() {
        if (trimPending || thread.isShutdown()) {
            return;
        }
        trimPending = true;
        long sinceLast = trimmed ? clock.nanoTime() - lastTrimNanos : TRIM_PERIOD.toNanos();
        long delay = Math.max(QUIET.toNanos(), TRIM_PERIOD.toNanos() - sinceLast);
        ScheduledFuture<?> unused = thread.schedule(this::trim, delay, TimeUnit.NANOSECONDS);
    }

    private void trim() {
        trimPending = false;
        trimmed = true;
        lastTrimNanos = clock.nanoTime();
        trim.run();
    }

    void shutdown() {
        thread.shutdown();
    }
}
