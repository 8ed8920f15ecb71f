package dev.sluice.loadtest.proof.publish;

/**
 * Two equal spans of load, one with swaps and one without, right after each other.
 *
 * <p>Threading: immutable.
 *
 * @param cycles published in the span with swaps
 * @param swapP99Nanos p99 with swaps
 * @param steadyP99Nanos p99 without
 * @param measured whether the generator kept its times in both
 */
record WindowPair(int cycles, long swapP99Nanos, long steadyP99Nanos, boolean measured) {
    /** How many times the p99 is what it is without swaps. */
    double ratio() {
        return (double) swapP99Nanos / steadyP99Nanos;
    }
}
