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
 * @param unsent requests that the generator gave up before it sent them
 */
public record GeneratorHealth(LatencySummary lateness, double loopBusyMax, long unsent) {
    /** From here on an event loop is taken as saturated. */
    static final double LOOP_BUSY_LIMIT = 0.95;

    /**
     * Why the numbers are not to be trusted; empty when they are.
     *
     * @param latenessP99Max most lateness of the 99th percentile that passes
     */
    public List<String> complaints(Duration latenessP99Max) {
        List<String> complaints = new ArrayList<>();
        if (lateness.p99Nanos() > latenessP99Max.toNanos()) {
            complaints.add("the generator was late: p99 of the delay before sending was "
                    + DurationText.ofNanos(lateness.p99Nanos()) + ", more than "
                    + DurationText.ofNanos(latenessP99Max.toNanos())
                    + "; lower the rate or give the generator more CPU");
        }
        if (loopBusyMax >= LOOP_BUSY_LIMIT) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "the generator was saturated: its busiest event loop used %.0f %% of a CPU core, the limit is %.0f"
                            + " %%; use more --loops or another machine",
                    loopBusyMax * 100,
                    LOOP_BUSY_LIMIT * 100));
        }
        if (unsent > 0) {
            complaints.add(unsent + " requests were never sent: the generator was late by a whole timeout, or all"
                    + " connections were busy and the backlog was full; lower the rate or raise --max-connections");
        }
        return List.copyOf(complaints);
    }
}
