package dev.sluice.loadtest;

/**
 * One second of a run.
 *
 * <p>Threading: immutable.
 *
 * @param second 0-based number of the second since the measurement began
 * @param seconds length of it, above 0
 * @param sent requests that the generator got to in it
 * @param ok answers 200 to 299 that came in it, whenever their requests were due
 * @param failed other outcomes in it
 * @param outstanding requests without an outcome at its end
 * @param latency of what ended in it
 */
public record SecondSample(
        int second, double seconds, long sent, long ok, long failed, int outstanding, LatencySummary latency) {

    static SecondSample of(int second, double seconds, IntervalStats stats) {
        Tally all = stats.all();
        return new SecondSample(
                second,
                seconds,
                all.sent(),
                all.okArrived(),
                all.outcomes().failed(),
                stats.outstanding(),
                all.latency().summary());
    }

    /** Successful answers per second. */
    public double okPerSecond() {
        return ok / seconds;
    }
}
