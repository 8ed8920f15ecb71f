package dev.sluice.loader.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A timer whose tasks run when a test says so.
 *
 * <p>Threading: thread-safe.
 */
final class FakeCheckTimer implements CheckTimer {
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(Duration delay, Runnable task) {}

    @Override
    public synchronized Runnable after(Duration delay, Runnable task) {
        Waiting entry = new Waiting(delay, task);
        waiting.add(entry);
        return () -> remove(entry);
    }

    private synchronized void remove(Waiting entry) {
        waiting.remove(entry);
    }

    /** After which time each waiting task is due, in the order in which they were scheduled. */
    synchronized List<Duration> delays() {
        return waiting.stream().map(Waiting::delay).toList();
    }

    /** Runs the task that was scheduled first. */
    void runNext() {
        Waiting next;
        synchronized (this) {
            next = waiting.remove(0);
        }
        next.task().run();
    }

    @Override
    public synchronized void close() {
        waiting.clear();
    }
}
