package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.SecondSample;

/**
 * The server and the load on it in one second of a soak.
 *
 * <p>Threading: immutable.
 *
 * @param atSeconds since the measured span began
 * @param residentBytes memory of the process that is in RAM
 * @param heapBytes used Java heap, garbage included
 * @param directBytes direct byte buffers of the JVM
 * @param cpuSeconds CPU time of the process since it started
 * @param load what the generator saw
 */
record ServerSample(
        double atSeconds, long residentBytes, long heapBytes, long directBytes, double cpuSeconds, SecondSample load) {}
