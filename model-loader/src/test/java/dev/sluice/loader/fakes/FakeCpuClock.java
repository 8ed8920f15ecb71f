package dev.sluice.loader.fakes;

import dev.sluice.model.CpuClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * CPU time that stands still until a test moves it.
 *
 * <p>Threading: thread-safe; the same for all threads.
 */
public final class FakeCpuClock implements CpuClock {
    private final boolean cpuTime;
    private final AtomicLong now = new AtomicLong();

    public FakeCpuClock() {
        this(true);
    }

    public FakeCpuClock(boolean cpuTime) {
        this.cpuTime = cpuTime;
    }

    @Override
    public boolean isCpuTime() {
        return cpuTime;
    }

    @Override
    public long nanoTime() {
        return now.get();
    }

    public void advanceNanos(long nanos) {
        now.addAndGet(nanos);
    }
}
