package dev.sluice.loadtest.proof.logcost;

import dev.sluice.loadtest.proof.server.PrometheusText;

/**
 * What a server says about the records of its file channel.
 *
 * <p>Threading: immutable.
 */
record LogCounts(long received, long logged, long dropped, long sampledOut, long pending) {
    private static final String FILE = "channel=\"file\"";

    static LogCounts of(PrometheusText metrics) {
        return new LogCounts(
                sum(metrics, "sluice_log_received_total"),
                sum(metrics, "sluice_log_logged_total"),
                sum(metrics, "sluice_log_dropped_total"),
                sum(metrics, "sluice_log_sampled_out_total"),
                sum(metrics, "sluice_log_pending"));
    }

    /** Whether every request is accounted for. */
    boolean addsUp() {
        return received == logged + dropped + sampledOut + pending;
    }

    private static long sum(PrometheusText metrics, String name) {
        return (long) metrics.sum(name, FILE).orElse(0);
    }
}
