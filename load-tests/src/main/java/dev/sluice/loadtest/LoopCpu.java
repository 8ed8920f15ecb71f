package dev.sluice.loadtest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * CPU time of the generator's event loops, from a mark on.
 *
 * <p>Threading: confined to the run's own thread.
 */
final class LoopCpu {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<Long> threadIds;
    private final long[] markNanos;

    LoopCpu(List<Long> threadIds) {
        this.threadIds = List.copyOf(threadIds);
        this.markNanos = new long[threadIds.size()];
    }

    void mark() {
        for (int i = 0; i < markNanos.length; i++) {
            markNanos[i] = threads.getThreadCpuTime(threadIds.get(i));
        }
    }

    /** CPU time of the busiest loop since the mark over {@code wallNanos}; 0 where the JVM cannot tell. */
    double busyMax(long wallNanos) {
        double busiest = 0;
        for (int i = 0; i < markNanos.length; i++) {
            long now = threads.getThreadCpuTime(threadIds.get(i));
            if (now >= 0 && markNanos[i] >= 0) {
                busiest = Math.max(busiest, (double) (now - markNanos[i]) / wallNanos);
            }
        }
        return Math.min(1, busiest);
    }
}
