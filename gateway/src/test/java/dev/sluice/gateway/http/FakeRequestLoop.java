package dev.sluice.gateway.http;

import dev.sluice.model.RequestLoop;
import java.util.ArrayDeque;

/** An event loop whose ticks and timers come when a test says so. */
final class FakeRequestLoop implements RequestLoop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final ArrayDeque<Runnable> timers = new ArrayDeque<>();

    @Override
    public int index() {
        return 0;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void atEndOfTick(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        timers.add(task);
        return () -> timers.remove(task);
    }

    /** Runs what was asked for. */
    void tick() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Lets all timers that are set now fire. */
    void later() {
        for (int due = timers.size(); due > 0; due--) {
            timers.remove().run();
        }
        tick();
    }
}
