package dev.sluice.loadtest.proof.jmh;

import java.util.Map;

/**
 * What JMH measured of one benchmark with one set of parameters.
 *
 * <p>Threading: immutable.
 *
 * @param benchmark class and method, for example {@code RequestBenchmark.tick}
 * @param parameters by name
 * @param micros average time of one operation
 * @param heapBytes allocated by one operation, on all threads; the least of the iterations, because what the JVM and JMH do
 *     beside comes on top
 */
record JmhScore(String benchmark, Map<String, String> parameters, double micros, double heapBytes) {
    JmhScore {
        parameters = Map.copyOf(parameters);
    }

    /** Requests that one operation handles. */
    int requests() {
        return Integer.parseInt(parameters.getOrDefault("tick", "1"));
    }

    double microsPerRequest() {
        return micros / requests();
    }

    double heapBytesPerRequest() {
        return heapBytes / requests();
    }
}
