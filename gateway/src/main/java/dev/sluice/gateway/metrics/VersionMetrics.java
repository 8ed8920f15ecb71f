package dev.sluice.gateway.metrics;

import dev.sluice.loader.batching.BatchStats;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.verify.BatchLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Meters that come from the statistics of each version: Triton's names, which its dashboards ask for, and Sluice's own.
 *
 * <p>Each version's statistics are read once per scrape, so the numbers of one version fit together.
 *
 * <p>Threading: thread-safe.
 *
 * @see "Triton Inference Server, docs/user_guide/metrics.md"
 */
public final class VersionMetrics {
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final ModelManager models;

    public VersionMetrics(ModelManager models) {
        this.models = models;
    }

    private record Sample(ReadyVersion version, BatchStats stats) {
        String[] labels(String... more) {
            String[] labels = new String[4 + more.length];
            labels[0] = "model";
            labels[1] = version.key().name();
            labels[2] = "version";
            labels[3] = Long.toString(version.key().version());
            System.arraycopy(more, 0, labels, 4, more.length);
            return labels;
        }
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        ServingSnapshot snapshot = models.snapshot();
        List<Sample> samples = new ArrayList<>();
        List<VersionStatus> statuses = new ArrayList<>();
        for (String name : snapshot.definitions().keySet()) {
            statuses.addAll(snapshot.statuses(name));
            for (ReadyVersion ready : snapshot.ready(name)) {
                samples.add(new Sample(ready, ready.batcher().stats()));
            }
        }
        StringBuilder out = new StringBuilder(4096);
        PrometheusText text = new PrometheusText(out);
        triton(text, samples);
        own(text, samples, statuses);
        return out.toString();
    }

    private static void triton(PrometheusText text, List<Sample> samples) {
        counter(text, samples, "nv_inference_request_success", "Requests answered.", BatchStats::successCount);
        text.head("nv_inference_request_failure", "counter", "Requests that failed, by reason.");
        for (Sample sample : samples) {
            BatchStats stats = sample.stats();
            failure(text, sample, "REJECTED", stats.rejectedCount());
            failure(text, sample, "CANCELED", stats.cancelledCount());
            failure(text, sample, "BACKEND", stats.failedCount());
            failure(text, sample, "OTHER", stats.deadlineCount());
        }
        counter(text, samples, "nv_inference_count", "Rows computed.", BatchStats::rowCount);
        counter(text, samples, "nv_inference_exec_count", "Runs of the model.", BatchStats::executionCount);
        gauge(
                text,
                samples,
                "nv_inference_pending_request_count",
                "Requests accepted and not ended yet.",
                BatchStats::pendingRequests);
        micros(text, samples, "request", "From submit to answer.", BatchStats::successNanos);
        micros(text, samples, "queue", "Waiting.", BatchStats::queueNanos);
        micros(text, samples, "compute_input", "Gathering inputs.", BatchStats::inputNanos);
        micros(text, samples, "compute_infer", "Inside the runtime.", BatchStats::inferNanos);
        micros(text, samples, "compute_output", "Scattering outputs.", BatchStats::outputNanos);
    }

    private static void failure(PrometheusText text, Sample sample, String reason, long count) {
        text.sample("nv_inference_request_failure", (double) count, sample.labels("reason", reason));
    }

    private static void micros(
            PrometheusText text,
            List<Sample> samples,
            String stage,
            String meaning,
            ToDoubleFunction<BatchStats> nanos) {
        counter(
                text,
                samples,
                "nv_inference_" + stage + "_duration_us",
                meaning + " Microseconds, summed over answered requests.",
                stats -> Math.floor(nanos.applyAsDouble(stats) / NANOS_PER_MICRO));
    }

    private static void own(PrometheusText text, List<Sample> samples, List<VersionStatus> statuses) {
        gauge(text, samples, MeterName.QUEUE_ROWS, BatchStats::waitingRows);
        gauge(text, samples, MeterName.QUEUE_BYTES, BatchStats::waitingBytes);
        gauge(text, samples, MeterName.BATCHING, stats -> stats.batching() ? 1 : 0);
        counter(
                text,
                samples,
                MeterName.REPEATED_RUNS.prometheusName(),
                MeterName.REPEATED_RUNS.meaning(),
                BatchStats::repeatedCount);
        counter(
                text,
                samples,
                MeterName.BATCH_CELLS.prometheusName(),
                MeterName.BATCH_CELLS.meaning(),
                BatchStats::cellCount);
        counter(
                text,
                samples,
                MeterName.PADDING_CELLS.prometheusName(),
                MeterName.PADDING_CELLS.meaning(),
                BatchStats::paddingCellCount);
        verdicts(text, samples);
        version(
                text,
                samples,
                MeterName.PADDING,
                "gauge",
                v -> v.batching().padding().rule() == null ? 0 : 1);
        version(
                text,
                samples,
                MeterName.MAX_BATCH_ROWS,
                "gauge",
                v -> v.tuning().rowsMax());
        version(
                text,
                samples,
                MeterName.INLINE,
                "gauge",
                v -> v.tuning().current().isInline() ? 1 : 0);
        version(
                text,
                samples,
                MeterName.TUNING_CHECKS,
                "counter",
                v -> v.tuning().checkCount());
        version(
                text,
                samples,
                MeterName.TUNING_CHANGES,
                "counter",
                v -> v.tuning().changeCount());
        text.head(MeterName.LOAD_SECONDS.prometheusName(), "gauge", MeterName.LOAD_SECONDS.meaning());
        for (Sample sample : samples) {
            text.sample(
                    MeterName.LOAD_SECONDS.prometheusName(),
                    sample.version().loadDuration().toNanos() / NANOS_PER_SECOND,
                    sample.labels());
        }
        text.head(MeterName.BATCH_ROWS.prometheusName(), "histogram", MeterName.BATCH_ROWS.meaning());
        samples.forEach(sample -> batchRows(text, sample));
        text.head(MeterName.VERSION_STATE.prometheusName(), "gauge", MeterName.VERSION_STATE.meaning());
        for (VersionStatus status : statuses) {
            for (ModelState state : ModelState.values()) {
                text.sample(
                        MeterName.VERSION_STATE.prometheusName(),
                        status.state() == state ? 1 : 0,
                        "model",
                        status.key().name(),
                        "version",
                        Long.toString(status.key().version()),
                        "state",
                        state.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private static void version(
            PrometheusText text,
            List<Sample> samples,
            MeterName name,
            String type,
            ToDoubleFunction<ReadyVersion> value) {
        text.head(name.prometheusName(), type, name.meaning());
        for (Sample sample : samples) {
            text.sample(name.prometheusName(), value.applyAsDouble(sample.version()), sample.labels());
        }
    }

    private static void verdicts(PrometheusText text, List<Sample> samples) {
        String name = MeterName.BATCH_VERDICT.prometheusName();
        text.head(name, "gauge", MeterName.BATCH_VERDICT.meaning());
        for (Sample sample : samples) {
            for (BatchLevel level : BatchLevel.values()) {
                boolean is = sample.version().batching().level() == level;
                text.sample(name, is ? 1 : 0, sample.labels("verdict", level.word()));
            }
        }
    }

    /** Buckets at the powers of two up to 1024 rows. */
    private static void batchRows(PrometheusText text, Sample sample) {
        String name = MeterName.BATCH_ROWS.prometheusName();
        List<BatchStats.BatchSize> sizes = sample.stats().sizes();
        long runs = 0;
        long rows = 0;
        for (BatchStats.BatchSize size : sizes) {
            runs += size.count();
            rows += size.count() * size.rows();
        }
        for (int bound = 1; bound <= 1024; bound *= 2) {
            int upper = bound;
            long below = sizes.stream()
                    .filter(size -> size.rows() <= upper)
                    .mapToLong(BatchStats.BatchSize::count)
                    .sum();
            text.sample(name + "_bucket", (double) below, sample.labels("le", bound + ".0"));
        }
        text.sample(name + "_bucket", (double) runs, sample.labels("le", "+Inf"));
        text.sample(name + "_sum", (double) rows, sample.labels());
        text.sample(name + "_count", (double) runs, sample.labels());
    }

    private static void counter(
            PrometheusText text, List<Sample> samples, String name, String help, ToDoubleFunction<BatchStats> value) {
        meter(text, samples, name, "counter", help, value);
    }

    private static void gauge(
            PrometheusText text, List<Sample> samples, String name, String help, ToDoubleFunction<BatchStats> value) {
        meter(text, samples, name, "gauge", help, value);
    }

    private static void gauge(
            PrometheusText text, List<Sample> samples, MeterName name, ToDoubleFunction<BatchStats> value) {
        gauge(text, samples, name.prometheusName(), name.meaning(), value);
    }

    private static void meter(
            PrometheusText text,
            List<Sample> samples,
            String name,
            String type,
            String help,
            ToDoubleFunction<BatchStats> value) {
        text.head(name, type, help);
        for (Sample sample : samples) {
            text.sample(name, value.applyAsDouble(sample.stats()), sample.labels());
        }
    }
}
