package dev.sluice.loadtest;

/**
 * Told how each request ended.
 *
 * <p>Threading: called on the event loop of the connections that sent the request.
 */
interface OutcomeHandler {
    /**
     * Called exactly once for each request.
     *
     * @param target index of the target that was asked
     * @param intendedNanos when it was meant to be sent
     * @param outcome an HTTP status, or a {@link FailureKind#code()}
     */
    void ended(int target, long intendedNanos, int outcome);

    /** Called before {@link #ended} when the content of an answer was looked at and found wrong. */
    void contentWrong(String complaint);
}
