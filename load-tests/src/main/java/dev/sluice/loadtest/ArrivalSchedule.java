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

    /** Every {@code loopCount}-th arrival of the profile's own rate, beginning with number {@code loopIndex}. */
    static ArrivalSchedule constant(RateProfile profile, int loopIndex, int loopCount) {
        return new ArrivalSchedule() {
            private long arrival = loopIndex;

            @Override
            public long nextNanos() {
                // From the number, not from the last time: rounding must not add up to a drift.
                long nanos = (long) profile.nanosAt((double) arrival);
                arrival += loopCount;
                return nanos;
            }
        };
    }

    /**
     * A Poisson process with a {@code loopCount}-th of the profile's rate: a process of rate 1 on the axis of expected
     * arrivals, mapped to time.
     *
     * @see "E. Çinlar, Introduction to Stochastic Processes, 1975: inversion of the cumulative rate"
     */
    static ArrivalSchedule poisson(RateProfile profile, int loopCount, RandomGenerator random) {
        return new ArrivalSchedule() {
            private double expected;

            @Override
            public long nextNanos() {
                expected += -Math.log1p(-random.nextDouble()) * loopCount;
                return (long) profile.nanosAt(expected);
            }
        };
    }
}
