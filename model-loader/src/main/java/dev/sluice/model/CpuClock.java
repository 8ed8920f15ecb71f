package dev.sluice.model;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long the calling thread has computed, in nanoseconds: unlike elapsed time it stands still while the thread waits, or
 * while another one has its core.
 *
 * <p>Values are only meaningful as differences on one thread.
 *
 * <p>Threading: thread-safe.
 */
public interface CpuClock extends NanoClock {
    /** False where CPU time is not to be had and this shows elapsed time instead. */
    boolean isCpuTime();

    /** The system's, or {@code elapsed} where it has none or counts in steps too long to measure a run by. */
    static CpuClock system(NanoClock elapsed) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()) {
            CpuClock clock = new SystemCpuClock(threads::getCurrentThreadCpuTime, true);
            if (SystemCpuClock.isFine(clock, elapsed)) {
                return clock;
            }
        }
        return new SystemCpuClock(elapsed, false);
    }
}
