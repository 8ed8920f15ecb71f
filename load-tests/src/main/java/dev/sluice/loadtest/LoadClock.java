package dev.sluice.loadtest;

import java.util.concurrent.TimeUnit;

/**
 * Monotonic time and the one way to wait for it.
 *
 * <p>Threading: implementations are thread-safe; {@link #sleepUntil} blocks and never runs on an event loop.
 */
public interface LoadClock {
    /** Nanoseconds since an arbitrary origin; compare by difference only. */
    long nanoTime();

    /** Waits until {@link #nanoTime()} has reached {@code nanos}; returns at once when it already has. */
    void sleepUntil(long nanos) throws InterruptedException;

    /** The clock of this machine. */
    static LoadClock system() {
        return new LoadClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleepUntil(long nanos) throws InterruptedException {
                long wait = nanos - System.nanoTime();
                while (wait > 0) {
                    TimeUnit.NANOSECONDS.sleep(wait);
                    wait = nanos - System.nanoTime();
                }
            }
        };
    }
}
