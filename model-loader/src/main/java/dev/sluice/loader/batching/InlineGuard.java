package dev.sluice.loader.batching;

import dev.sluice.model.CpuClock;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notices that runs on event loops are longer than was measured.
 *
 * <p>A run that takes long may have been paused, by the system or by a collection of garbage; that says nothing about the
 * model. So elapsed time, which is at hand anyway, only makes it suspicious: from then on the CPU time of runs counts, until
 * one is short.
 *
 * <p>Threading: thread-safe; lock-free.
 */
final class InlineGuard {
    /** So many runs in a row make sure. */
    private static final int LONG_RUNS_MAX = 3;

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final CpuClock cpu;
    private final AtomicInteger longRuns = new AtomicInteger();
    private volatile boolean suspicious;

    InlineGuard(CpuClock cpu) {
        this.cpu = cpu;
    }

    /** Before a run; what {@link #ended} wants to know. */
    long begin() {
        return suspicious ? cpu.nanoTime() : UNKNOWN;
    }

    /**
     * After a run, on the same thread.
     *
     * @param begin from {@link #begin}
     * @param elapsedNanos what the run took
     * @param nanosMax a run that computes longer is too long
     * @return true when runs are too long for an event loop
     */
    boolean ended(long begin, long elapsedNanos, long nanosMax) {
        if (begin == UNKNOWN) {
            if (elapsedNanos > nanosMax) {
                suspicious = true;
            }
            return false;
        }
        if (elapsedNanos <= nanosMax || cpu.nanoTime() - begin <= nanosMax) {
            longRuns.set(0);
            suspicious = false;
            return false;
        }
        if (longRuns.incrementAndGet() < LONG_RUNS_MAX) {
            return false;
        }
        longRuns.set(0);
        suspicious = false;
        return true;
    }
}
