package dev.sluice.loadtest;

/**
 * The times of a run on its clock: it starts, warms up until it is measured, and ends.
 *
 * <p>Threading: immutable.
 *
 * @param startNanos time 0 of the arrival schedules
 * @param measureNanos from here on requests count
 * @param endNanos from here on nothing is sent
 */
record RunSpan(long startNanos, long measureNanos, long endNanos) {

    static RunSpan of(LoadPlan plan, long startNanos) {
        long measure = startNanos + plan.warmup().toNanos();
        return new RunSpan(startNanos, measure, measure + plan.duration().toNanos());
    }

    /** True when a request of that intended time counts. */
    boolean isMeasured(long intendedNanos) {
        return intendedNanos - measureNanos >= 0;
    }

    /** True when an answer at that time counts for throughput and CPU time, whenever its request was due. */
    boolean contains(long nanos) {
        return isMeasured(nanos) && !isOver(nanos);
    }

    /** Length of the measured part, above 0. */
    double seconds() {
        return (endNanos - measureNanos) / 1e9;
    }

    /** True when nothing may be sent at that time any more. */
    boolean isOver(long nanos) {
        return nanos - endNanos >= 0;
    }
}
