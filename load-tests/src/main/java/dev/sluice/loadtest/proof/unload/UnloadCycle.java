package dev.sluice.loadtest.proof.unload;

/**
 * One load and unload.
 *
 * <p>Threading: immutable.
 *
 * @param number from 1
 * @param atSeconds when its memory was read, since the first cycle began
 * @param loadNanos from the request to load until the model was ready
 * @param unloadNanos from the request to unload until it no longer was
 * @param loadedBytes resident memory after the cycle's requests
 * @param unloadedBytes resident memory after the unload
 * @param failed requests that failed
 */
record UnloadCycle(
        int number,
        double atSeconds,
        long loadNanos,
        long unloadNanos,
        long loadedBytes,
        long unloadedBytes,
        int failed) {}
