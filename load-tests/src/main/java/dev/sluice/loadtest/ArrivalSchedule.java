package dev.sluice.loadtest;

import java.util.random.RandomGenerator;

/**
 * The planned send times of one event loop, as nanoseconds after the start, in order and without end.
 *
 * <p>Several loops share a rate: equal gaps are dealt out round-robin, and a Poisson process is the sum of independent
 * ones of smaller rate.
 *
 * <p>Threading: confined to one event loop.
 */
interface ArrivalSchedule {
    /** The next planned time; never less than the one before. */
    long nextNanos();

    /**
     * Every {@code loopCount}-th arrival of a constant rate, beginning with number {@code loopIndex}.
     *
     * @param perSecond rate of all loops together, above 0
     */
    static ArrivalSchedule constant(double perSecond, int loopIndex, int loopCount) {
        return new ArrivalSchedule() {
            private long arrival = loopIndex;

            @Override
            public long nextNanos() {
                // From the number, not from the last time: rounding must not add up to a drift.
                long nanos = (long) (arrival * (1e9 / perSecond));
                arrival += loopCount;
                return nanos;
            }
        };
    }

    /**
     * A Poisson process with a {@code loopCount}-th of the rate.
     *
     * @param perSecond rate of all loops together, above 0
     */
    static ArrivalSchedule poisson(double perSecond, int loopCount, RandomGenerator random) {
        double meanGapNanos = 1e9 * loopCount / perSecond;
        return new ArrivalSchedule() {
            private double nanos;

            @Override
            public long nextNanos() {
                nanos += -Math.log1p(-random.nextDouble()) * meanGapNanos;
                return (long) nanos;
            }
        };
    }
}
