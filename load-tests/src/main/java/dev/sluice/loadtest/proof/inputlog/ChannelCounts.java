package dev.sluice.loadtest.proof.inputlog;

import dev.sluice.loadtest.proof.server.PrometheusText;

/**
 * What a server's metrics say about a channel of its input log, at one moment.
 *
 * <p>Threading: immutable.
 *
 * @param received requests that ended and concern the channel
 * @param logged those in the log
 * @param dropped those that were chosen and lost, for any reason
 * @param sampledOut those that were not chosen
 * @param pending those whose fate is not known yet
 * @param failing whether the last attempt to hand records over failed
 */
public record ChannelCounts(long received, long logged, long dropped, long sampledOut, long pending, boolean failing) {
    /** The counts of a channel, {@code file} or {@code events}; all 0 while the page does not know it. */
    public static ChannelCounts of(PrometheusText metrics, String channel) {
        String label = "channel=\"" + channel + "\"";
        return new ChannelCounts(
                value(metrics, "sluice_log_received_total", label),
                value(metrics, "sluice_log_logged_total", label),
                value(metrics, "sluice_log_dropped_total", label),
                value(metrics, "sluice_log_sampled_out_total", label),
                value(metrics, "sluice_log_pending", label),
                value(metrics, "sluice_log_failing", label) > 0);
    }

    /** Whether every request is accounted for. */
    public boolean addsUp() {
        return received == logged + dropped + sampledOut + pending;
    }

    /** For messages. */
    public String words() {
        return "received " + received + ", logged " + logged + ", dropped " + dropped + ", sampled out " + sampledOut
                + ", pending " + pending;
    }

    private static long value(PrometheusText metrics, String name, String label) {
        return (long) metrics.sum(name, label).orElse(0);
    }
}
