package dev.sluice.loadtest.bench;

import dev.sluice.model.RequestLoop;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An event loop on the benchmark's own thread: a tick ends when the benchmark says so.
 *
 * <p>Threading: {@link #execute} from any thread; the rest on the thread that made it.
 */
final class TickLoop implements RequestLoop {
    private final Thread owner = Thread.currentThread();
    private final ArrayDeque<Runnable> endOfTick = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public int index() {
        return 0;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void atEndOfTick(Runnable task) {
        endOfTick.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        throw new UnsupportedOperationException("requests here have no deadline");
    }

    /** Ends the tick. */
    void tick() {
        for (Runnable task = endOfTick.poll(); task != null; task = endOfTick.poll()) {
            task.run();
        }
    }

    /** Runs what other threads sent, or lets them go on. */
    void runTasks() {
        Runnable task = tasks.poll();
        if (task == null) {
            Thread.onSpinWait();
            return;
        }
        for (; task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
