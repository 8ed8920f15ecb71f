package dev.sluice.model;

/**
 * A clock that knows whether it shows CPU time.
 *
 * <p>Threading: thread-safe.
 */
record SystemCpuClock(NanoClock clock, boolean isCpuTime) implements CpuClock {
    /** A step longer than this could hide a whole run. Some virtual machines count in steps of 10 ms. */
    private static final long STEP_NANOS_MAX = 200_000;

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    /** True when {@code cpu} moves while the calling thread computes for the time that a step may take. */
    static boolean isFine(NanoClock cpu, NanoClock elapsed) {
        long cpuBegin = cpu.nanoTime();
        long begin = elapsed.nanoTime();
        do {
            long moved = cpu.nanoTime() - cpuBegin;
            if (moved != 0) {
                return moved <= STEP_NANOS_MAX;
            }
        } while (elapsed.nanoTime() - begin < STEP_NANOS_MAX);
        return false;
    }
}
