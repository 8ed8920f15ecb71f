package dev.sluice.loadtest.proof.speed;

/**
 * What one measured span said about one server.
 *
 * <p>Threading: immutable.
 *
 * @param okPerSecond successful answers per second
 * @param p50Micros median latency in µs
 * @param p99Micros 99th percentile of the latency in µs
 * @param cpuMicrosPerRequest CPU time of the server per successful answer in µs; NaN when its process is not known
 */
record Figures(double okPerSecond, double p50Micros, double p99Micros, double cpuMicrosPerRequest) {
    /** Stands for a system that was not measured. */
    static final Figures NONE = new Figures(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /** The same with rates and CPU time by row, for requests of several rows. */
    Figures byRow(int rows) {
        return new Figures(okPerSecond * rows, p50Micros, p99Micros, cpuMicrosPerRequest / rows);
    }
}
