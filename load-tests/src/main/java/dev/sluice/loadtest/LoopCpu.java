package dev.sluice.loadtest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * What the generator's event loops got from the scheduler, from a mark on: time on a CPU, and time spent waiting for
 * one although there was work.
 *
 * <p>Threading: confined to the run's own thread.
 */
final class LoopCpu {
    private final ThreadMXBean beans = ManagementFactory.getThreadMXBean();
    private final List<LoopThread> threads;
    private final ProcFiles proc;
    private final long[] cpuMark;
    private final long[] waitMark;

    LoopCpu(List<LoopThread> threads, ProcFiles proc) {
        this.threads = List.copyOf(threads);
        this.proc = proc;
        this.cpuMark = new long[threads.size()];
        this.waitMark = new long[threads.size()];
    }

    void mark() {
        for (int i = 0; i < cpuMark.length; i++) {
            cpuMark[i] = cpuNanos(i);
            waitMark[i] = waitNanos(i);
        }
    }

    private long cpuNanos(int index) {
        return beans.getThreadCpuTime(threads.get(index).javaId());
    }

    private long waitNanos(int index) {
        return proc.runQueueWaitNanos(
                ProcessHandle.current().pid(), threads.get(index).nativeId());
    }

    /** What was used since the mark, over {@code wallNanos}; zeros where the system cannot tell. */
    Usage usage(long wallNanos) {
        double busyMax = 0;
        double waitOfBusiest = 0;
        double demandMax = -1;
        for (int i = 0; i < cpuMark.length; i++) {
            long cpu = since(cpuMark[i], cpuNanos(i));
            long wait = since(waitMark[i], waitNanos(i));
            if (cpu + wait > demandMax) {
                demandMax = cpu + wait;
                busyMax = Math.min(1, (double) cpu / wallNanos);
                waitOfBusiest = Math.min(1, (double) wait / wallNanos);
            }
        }
        return new Usage(busyMax, waitOfBusiest);
    }

    private static long since(long mark, long now) {
        return mark < 0 || now < 0 ? 0 : Math.max(0, now - mark);
    }

    /**
     * Shares of wall time of the busiest loop.
     *
     * <p>Threading: immutable.
     *
     * @param busy time on a CPU over wall time, in [0, 1]
     * @param waiting time ready to run but without a CPU over wall time, in [0, 1]
     */
    record Usage(double busy, double waiting) {}
}
