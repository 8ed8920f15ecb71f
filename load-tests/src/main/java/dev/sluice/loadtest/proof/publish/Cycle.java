package dev.sluice.loadtest.proof.publish;

/**
 * One version that was published, or that somebody tried to publish.
 *
 * <p>Threading: immutable.
 *
 * @param version its number
 * @param atSeconds when it was complete, or as complete as it became, since the proof's first cycle
 * @param servedNanos from then to its first answer; -1 when it did not answer, as a bad one must not
 * @param note why it was refused, in the server's words; empty for a good one
 */
record Cycle(CycleKind kind, long version, double atSeconds, long servedNanos, String note) {
    /** Whether it answered. */
    boolean served() {
        return servedNanos >= 0;
    }
}
