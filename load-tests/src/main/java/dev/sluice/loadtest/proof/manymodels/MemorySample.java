package dev.sluice.loadtest.proof.manymodels;

/**
 * The server's memory at one moment.
 *
 * <p>Threading: immutable.
 *
 * @param atSeconds since the traffic began
 * @param modelBytes what loaded versions take, by the server's account
 * @param limitBytes its bound
 * @param residentBytes of the process
 * @param evictions since the server started
 * @param answers that the client has got so far
 */
record MemorySample(
        double atSeconds, long modelBytes, long limitBytes, long residentBytes, long evictions, long answers) {}
