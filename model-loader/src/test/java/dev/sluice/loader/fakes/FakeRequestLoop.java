package dev.sluice.loader.fakes;

import dev.sluice.model.RequestLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An event loop that a test turns by hand, on the thread that made it.
 *
 * <p>Threading: {@link #execute} from any thread, the rest from the making thread.
 */
public final class FakeRequestLoop implements RequestLoop {
    private final int index;
    private final FakeNanoClock clock;
    private final Thread owner = Thread.currentThread();
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final List<Runnable> endOfTick = new ArrayList<>();
    private final List<Timer> timers = new ArrayList<>();
    private int tasksRun;
    private int refusals;

    private record Timer(long dueNanos, Runnable task) {}

    public FakeRequestLoop(int index, FakeNanoClock clock) {
        this.index = index;
        this.clock = clock;
    }

    @Override
    public int index() {
        return index;
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
        if (refusals > 0) {
            refusals--;
            throw new RejectedExecutionException("made up");
        }
        endOfTick.add(task);
    }

    /** Refuses the next task for the end of the tick. */
    public void refuseOnce() {
        refusals = 1;
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(clock.nanoTime() + delayNanos, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Ends the tick: what was collected is handed on. */
    public void tick() {
        List<Runnable> now = new ArrayList<>(endOfTick);
        endOfTick.clear();
        now.forEach(Runnable::run);
    }

    /** Moves the clock and fires the timers that are due. */
    public void advanceMillis(long millis) {
        clock.advanceMillis(millis);
        List<Timer> due = timers.stream()
                .filter(timer -> timer.dueNanos() <= clock.nanoTime())
                .sorted(Comparator.comparingLong(Timer::dueNanos))
                .toList();
        timers.removeAll(due);
        due.forEach(timer -> timer.task().run());
    }

    /** Runs tasks as they come from other threads until the condition holds; fails after ten seconds. */
    public void runUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            Runnable task;
            try {
                task = tasks.poll(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
            if (task != null) {
                tasksRun++;
                task.run();
            } else if (System.nanoTime() - end > 0) {
                throw new AssertionError("nothing more happened on the loop for ten seconds");
            }
        }
    }

    public int timerCount() {
        return timers.size();
    }

    /** How many tasks came from other threads and ran. */
    public int tasksRun() {
        return tasksRun;
    }
}
