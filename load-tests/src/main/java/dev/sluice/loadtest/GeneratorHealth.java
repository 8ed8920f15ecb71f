package dev.sluice.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the generator kept up, so that what it measured is the server and not itself.
 *
 * <p>Threading: immutable.
 *
 * @param lateness from intended time to the attempt to send; empty in a closed loop
 * @param loopBusyMax CPU time of the busiest event loop over wall time, in [0, 1]
 * @param loopWaitMax time in which that loop had work but no CPU, over wall time, in [0, 1]; 0 where the system cannot
 *     tell
 * @param cpuNanosPerRequest CPU time of the whole process per answered request, 0 where that is not known
 * @param unsent requests that the generator gave up before it sent them
 */
public record GeneratorHealth(
        LatencyDistribution lateness, double loopBusyMax, double loopWaitMax, double cpuNanosPerRequest, long unsent) {
    /** From here on an event loop is taken as saturated: running, or waiting to run, all the time. */
    static final double LOOP_DEMAND_LIMIT = 0.95;

    /** Whether it was late, but sent everything and had capacity left: its delays then only add to the latencies. */
    boolean isMerelyLate(Duration latenessP99Max) {
        return isLate(latenessP99Max) && !isSaturated() && unsent == 0;
    }

    /** Whether it was late or saturated: the machine gave it too little CPU for this load. */
    boolean isBehind(Duration latenessP99Max) {
        return isLate(latenessP99Max) || isSaturated();
    }

    private boolean isLate(Duration latenessP99Max) {
        return lateness.nanosAt(99) > latenessP99Max.toNanos();
    }

    private boolean isSaturated() {
        return loopBusyMax + loopWaitMax >= LOOP_DEMAND_LIMIT;
    }

    /**
     * Why the numbers are not to be trusted; empty when they are.
     *
     * @param latenessP99Max most lateness of the 99th percentile that passes
     */
    public List<String> complaints(Duration latenessP99Max) {
        List<String> complaints = new ArrayList<>();
        if (isLate(latenessP99Max)) {
            complaints.add("the generator was late: p99 of the delay before sending was "
                    + DurationText.ofNanos(lateness.nanosAt(99)) + ", more than "
                    + DurationText.ofNanos(latenessP99Max.toNanos()) + " (" + loopWords()
                    + "); lower the rate or give the generator more CPU");
        }
        if (isSaturated()) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "the generator was saturated: %s, together no less than %.0f %%; %s",
                    loopWords(),
                    LOOP_DEMAND_LIMIT * 100,
                    loopWaitMax > 0.3
                            ? "stop what else runs here, or use another machine"
                            : "use more --loops, fewer --connections, or another machine"));
        }
        if (unsent > 0) {
            complaints.add(
                    unsent + " requests were never sent: the generator was late by a whole timeout, had no socket"
                            + " left, or all connections were busy and the backlog was full; lower the rate or raise --connections");
        }
        return List.copyOf(complaints);
    }

    private String loopWords() {
        return String.format(
                Locale.ROOT,
                "its busiest event loop ran for %.0f %% of the time and waited for a CPU for %.0f %%",
                loopBusyMax * 100,
                loopWaitMax * 100);
    }
}
