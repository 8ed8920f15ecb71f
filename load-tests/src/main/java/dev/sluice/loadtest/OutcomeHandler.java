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
     * @param intendedNanos when it was meant to be sent
     * @param outcome an HTTP status, or a {@link FailureKind#code()}
     */
    void ended(long intendedNanos, int outcome);
}
