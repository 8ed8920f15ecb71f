package dev.sluice.loader.verify;

/**
 * Whether rows of several requests may share a run of a version, and why.
 *
 * <p>Threading: immutable.
 *
 * @param batched true when they may
 * @param maxRows most rows of one run as long as nothing is known of its cost, 1 or greater; 1 when not batched
 * @param reason one line for operators
 */
public record BatchVerdict(boolean batched, int maxRows, String reason) {
    static BatchVerdict on(int maxRows, String reason) {
        return new BatchVerdict(true, maxRows, reason);
    }

    static BatchVerdict off(String reason) {
        return new BatchVerdict(false, 1, reason);
    }

    /** For example {@code batched (declared in …)} or {@code not batched (declared first …)}. */
    @Override
    public String toString() {
        return (batched ? "batched (" : "not batched (") + reason + ")";
    }
}
