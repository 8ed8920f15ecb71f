package dev.sluice.gateway.metrics;

import dev.sluice.gateway.pipeline.PipelineObserver;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * How long requests take, per version: as a whole by outcome, and by stage.
 *
 * <p>Bound: a version's histograms are dropped with {@link #forget}; no label comes from a request.
 *
 * <p>Threading: thread-safe; recording is lock-free once a version's histograms exist.
 */
public final class LatencyMetrics implements PipelineObserver {
    private final Map<ModelKey, VersionLatency> versions = new ConcurrentHashMap<>();

    /** Records the stages of the requests of one version. */
    public StageObserver stageObserver(ModelKey key) {
        VersionLatency version = version(key);
        return (totalNanos, queueNanos, timing, failure) -> {
            if (failure == null) {
                version.stages(queueNanos, timing);
            }
        };
    }

    /** Records what a version's transform took; a {@code TransformObserver}. */
    public void transformed(ModelKey key, long waitNanos, long workNanos) {
        version(key).transformed(waitNanos, workNanos);
    }

    @Override
    public void ended(ModelKey key, long nanos, @Nullable InferenceException failure) {
        version(key).ended(nanos, failure);
    }

    /** Drops what is known of a version that is gone. */
    public void forget(ModelKey key) {
        versions.remove(key);
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        Map<ModelKey, VersionLatency> sorted = new TreeMap<>(versions);
        StringBuilder out = new StringBuilder(4096);
        PrometheusText text = new PrometheusText(out);
        head(text, MeterName.REQUEST_SECONDS);
        sorted.forEach((key, version) -> version.writeOutcomes(text, key));
        head(text, MeterName.STAGE_SECONDS);
        sorted.forEach((key, version) -> version.writeStages(text, key));
        return out.toString();
    }

    private static void head(PrometheusText text, MeterName name) {
        text.head(name.prometheusName(), "histogram", name.meaning());
    }

    private VersionLatency version(ModelKey key) {
        VersionLatency version = versions.get(key);
        return version != null ? version : versions.computeIfAbsent(key, ignored -> new VersionLatency());
    }

    private static final class VersionLatency {
        private final LatencyHistogram success = new LatencyHistogram();
        private final Map<ErrorCode, LatencyHistogram> failures = new ConcurrentSkipListMap<>();
        private final LatencyHistogram queue = new LatencyHistogram();
        private final LatencyHistogram gather = new LatencyHistogram();
        private final LatencyHistogram infer = new LatencyHistogram();
        private final LatencyHistogram scatter = new LatencyHistogram();
        private final Map<String, LatencyHistogram> transform = new ConcurrentSkipListMap<>();

        void ended(long nanos, @Nullable InferenceException failure) {
            LatencyHistogram outcome = failure == null
                    ? success
                    : failures.computeIfAbsent(failure.code(), ignored -> new LatencyHistogram());
            outcome.record(nanos);
        }

        void stages(long queueNanos, InferTiming timing) {
            queue.record(queueNanos);
            gather.record(timing.inputNanos());
            infer.record(timing.inferNanos());
            scatter.record(timing.outputNanos());
        }

        void transformed(long waitNanos, long workNanos) {
            transform
                    .computeIfAbsent("transform_queue", ignored -> new LatencyHistogram())
                    .record(waitNanos);
            transform
                    .computeIfAbsent("transform", ignored -> new LatencyHistogram())
                    .record(workNanos);
        }

        void writeOutcomes(PrometheusText text, ModelKey key) {
            write(text, MeterName.REQUEST_SECONDS, key, "outcome", "success", success);
            failures.forEach((code, histogram) -> write(
                    text, MeterName.REQUEST_SECONDS, key, "outcome", code.name().toLowerCase(Locale.ROOT), histogram));
        }

        void writeStages(PrometheusText text, ModelKey key) {
            write(text, MeterName.STAGE_SECONDS, key, "stage", "queue", queue);
            write(text, MeterName.STAGE_SECONDS, key, "stage", "gather", gather);
            write(text, MeterName.STAGE_SECONDS, key, "stage", "infer", infer);
            write(text, MeterName.STAGE_SECONDS, key, "stage", "scatter", scatter);
            transform.forEach(
                    (stage, histogram) -> write(text, MeterName.STAGE_SECONDS, key, "stage", stage, histogram));
        }

        private static void write(
                PrometheusText text,
                MeterName name,
                ModelKey key,
                String label,
                String value,
                LatencyHistogram histogram) {
            histogram.write(
                    text,
                    name.prometheusName(),
                    "model",
                    key.name(),
                    "version",
                    Long.toString(key.version()),
                    label,
                    value);
        }
    }
}
