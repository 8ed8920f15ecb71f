package dev.sluice.loadtest.proof.logcost;

/**
 * What one round said about one server.
 *
 * <p>Threading: immutable.
 *
 * @param round from 0 on
 * @param cpuMicros CPU time of the server per request in µs, at the fixed rate
 * @param p50Micros median latency at the fixed rate in µs
 * @param p99Micros 99th percentile of it
 * @param singleMicros median latency of a single connection in µs
 */
record Measurement(Arm arm, int round, double cpuMicros, double p50Micros, double p99Micros, double singleMicros) {}
