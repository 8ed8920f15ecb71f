package dev.sluice.loader.verify;

/**
 * Whether rows of several requests may share a run of a version, and why.
 *
 * <p>Threading: immutable.
 *
 * @param level how sure that is
 * @param maxRows most rows of one run as long as nothing is known of its cost, 1 or greater; 1 when not batched
 * @param tolerance part of an output's largest value by which an answer may differ from the answer alone; 0 where all were
 *     equal, or nothing was measured
 * @param difference the largest that was measured, as a part of the output's largest value; 1 where labels or texts differed
 * @param reason one line for operators
 * @param padding whether rows of different lengths may share a run
 */
public record BatchVerdict(
        BatchLevel level, int maxRows, double tolerance, double difference, String reason, PaddingVerdict padding) {
    static BatchVerdict off(BatchLevel level, String reason) {
        return new BatchVerdict(level, 1, 0, 0, reason, PaddingVerdict.NOTHING_TO_PAD);
    }

    /** Answers change with their neighbours. */
    static BatchVerdict notBatchable(OutputComparison worst, String reason) {
        return new BatchVerdict(
                BatchLevel.NOT_BATCHABLE,
                1,
                worst.tolerance(),
                worst.relativeDifference(),
                reason,
                PaddingVerdict.NOTHING_TO_PAD);
    }

    static BatchVerdict declared(int maxRows, String reason) {
        return new BatchVerdict(BatchLevel.DECLARED, maxRows, 0, 0, reason, PaddingVerdict.NOTHING_TO_PAD);
    }

    static BatchVerdict exact(int maxRows, String reason) {
        return new BatchVerdict(BatchLevel.EXACT, maxRows, 0, 0, reason, PaddingVerdict.NOTHING_TO_PAD);
    }

    static BatchVerdict withinTolerance(int maxRows, OutputComparison worst, String reason) {
        return new BatchVerdict(
                BatchLevel.WITHIN_TOLERANCE,
                maxRows,
                worst.tolerance(),
                worst.relativeDifference(),
                reason,
                PaddingVerdict.NOTHING_TO_PAD);
    }

    /** This verdict with one about padding; answers are then as equal as the less equal of the two. */
    BatchVerdict with(PaddingVerdict verdict) {
        boolean proved = level == BatchLevel.EXACT || level == BatchLevel.WITHIN_TOLERANCE;
        boolean looser = proved && verdict.tolerance() > 0;
        return new BatchVerdict(
                looser ? BatchLevel.WITHIN_TOLERANCE : level,
                maxRows,
                proved ? Math.max(tolerance, verdict.tolerance()) : tolerance,
                proved ? Math.max(difference, verdict.difference()) : difference,
                reason,
                verdict);
    }

    /** True when rows of several requests may share a run. */
    public boolean batched() {
        return level.isBatched();
    }

    /** For example {@code batched (declared in …)} or {@code not batched (declared first …)}. */
    @Override
    public String toString() {
        String more = padding.toString();
        return (batched() ? "batched (" : "not batched (")
                + reason
                + ")"
                + (batched() && !more.isEmpty() ? "; " + more : "");
    }
}
