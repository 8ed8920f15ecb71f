package dev.sluice.gateway.metrics;

import dev.sluice.canary.inputlog.ChannelReport;
import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.InputLog;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Meters of the input log's channels, read at every scrape: the sums of one channel fit together exactly.
 *
 * <p>Threading: thread-safe.
 */
public final class LogMetrics {
    private static final String CHANNEL = "channel";

    private final InputLog inputLog;

    public LogMetrics(InputLog inputLog) {
        this.inputLog = inputLog;
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        List<ChannelReport> reports = inputLog.reports();
        StringBuilder out = new StringBuilder(1024);
        PrometheusText text = new PrometheusText(out);
        each(text, reports, MeterName.LOG_RECEIVED, report -> report.totals().received());
        each(text, reports, MeterName.LOG_LOGGED, report -> report.totals().logged());
        each(text, reports, MeterName.LOG_DIGESTS, report -> report.totals().digests());
        each(text, reports, MeterName.LOG_SAMPLED_OUT, report -> report.totals().sampledOut());
        head(text, MeterName.LOG_DROPPED);
        for (ChannelReport report : reports) {
            for (DropReason reason : DropReason.values()) {
                text.sample(
                        MeterName.LOG_DROPPED.prometheusName(),
                        report.totals().dropped().getOrDefault(reason, 0L).doubleValue(),
                        CHANNEL,
                        report.name(),
                        "reason",
                        reason.word());
            }
        }
        each(text, reports, MeterName.LOG_PENDING, report -> report.totals().pending());
        each(text, reports, MeterName.LOG_QUEUE_BYTES, ChannelReport::queueBytes);
        each(text, reports, MeterName.LOG_QUEUE_LIMIT, ChannelReport::queueBytesMax);
        each(text, reports, MeterName.LOG_FAILING, report -> report.failing() ? 1 : 0);
        each(text, reports, MeterName.LOG_FAILURES, ChannelReport::failedFlushes);
        return out.toString();
    }

    private static void each(
            PrometheusText text, List<ChannelReport> reports, MeterName name, ToDoubleFunction<ChannelReport> value) {
        head(text, name);
        for (ChannelReport report : reports) {
            text.sample(name.prometheusName(), value.applyAsDouble(report), CHANNEL, report.name());
        }
    }

    private static void head(PrometheusText text, MeterName name) {
        text.head(name.prometheusName(), name.kind() == MeterName.Kind.COUNTER ? "counter" : "gauge", name.meaning());
    }
}
