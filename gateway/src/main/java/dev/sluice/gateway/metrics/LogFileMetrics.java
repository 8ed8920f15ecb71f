package dev.sluice.gateway.metrics;

import dev.sluice.canary.inputlog.jsonl.JsonLinesSink;
import dev.sluice.canary.inputlog.jsonl.KeeperReport;
import dev.sluice.canary.inputlog.jsonl.SegmentKeeper;

/**
 * Meters of the files of the input log, read at every scrape.
 *
 * <p>Threading: thread-safe.
 */
public final class LogFileMetrics {
    private final JsonLinesSink sink;
    private final SegmentKeeper keeper;

    public LogFileMetrics(JsonLinesSink sink, SegmentKeeper keeper) {
        this.sink = sink;
        this.keeper = keeper;
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        KeeperReport kept = keeper.report();
        StringBuilder out = new StringBuilder(1024);
        PrometheusText text = new PrometheusText(out);
        sample(text, MeterName.LOG_FILE_BYTES, sink.bytesWritten());
        sample(text, MeterName.LOG_FILES_ENDED, sink.segmentsClosed());
        sample(text, MeterName.LOG_FILES_REWRITTEN, kept.segmentsRewritten());
        sample(text, MeterName.LOG_FILES_REWRITE_FAILURES, kept.failures());
        sample(text, MeterName.LOG_FILES_DELETED, kept.filesDeleted());
        sample(text, MeterName.LOG_FILES_KEPT_BYTES, kept.bytesKept());
        return out.toString();
    }

    private static void sample(PrometheusText text, MeterName name, long value) {
        text.head(name.prometheusName(), name.kind() == MeterName.Kind.COUNTER ? "counter" : "gauge", name.meaning());
        text.sample(name.prometheusName(), (double) value);
    }
}
