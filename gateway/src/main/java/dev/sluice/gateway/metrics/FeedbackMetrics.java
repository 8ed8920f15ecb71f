package dev.sluice.gateway.metrics;

import dev.sluice.canary.feedback.FeedbackReport;
import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.feedback.LabelOutcome;
import dev.sluice.canary.feedback.LagBuckets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Predictions that wait for labels, and what became of labels, in the Prometheus text format.
 *
 * <p>Threading: thread-safe.
 */
public final class FeedbackMetrics {
    private final Optional<FeedbackStore> store;

    public FeedbackMetrics(Optional<FeedbackStore> store) {
        this.store = store;
    }

    public String scrape() {
        FeedbackReport report = store.map(FeedbackStore::report).orElse(FeedbackReport.NONE);
        StringBuilder out = new StringBuilder();
        PrometheusText text = new PrometheusText(out);
        head(text, MeterName.FEEDBACK_LABELS, "counter");
        report.models().forEach((model, counts) -> {
            for (LabelOutcome outcome : LabelOutcome.values()) {
                text.sample(
                        MeterName.FEEDBACK_LABELS.prometheusName(),
                        (double) counts.labels(outcome),
                        "model",
                        model,
                        "outcome",
                        outcome.word());
            }
        });
        head(text, MeterName.FEEDBACK_LAG, "histogram");
        report.models().forEach((model, counts) -> lag(text, model, counts));
        versions(text, report);
        head(text, MeterName.FEEDBACK_FORGOTTEN, "counter");
        report.models().forEach((model, counts) -> {
            String name = MeterName.FEEDBACK_FORGOTTEN.prometheusName();
            text.sample(name, (double) counts.expired(), "model", model, "reason", "expired");
            text.sample(name, (double) counts.displaced(), "model", model, "reason", "displaced");
        });
        head(text, MeterName.FEEDBACK_QUEUE_LABELS, "gauge");
        text.sample(MeterName.FEEDBACK_QUEUE_LABELS.prometheusName(), (double) waiting());
        head(text, MeterName.FEEDBACK_REFUSALS, "counter");
        text.sample(MeterName.FEEDBACK_REFUSALS.prometheusName(), (double) refusals());
        return out.toString();
    }

    private long waiting() {
        return store.map(FeedbackStore::waiting).orElse(0L);
    }

    private long refusals() {
        return store.map(FeedbackStore::refusals).orElse(0L);
    }

    private static void head(PrometheusText text, MeterName meter, String type) {
        text.head(meter.prometheusName(), type, meter.meaning());
    }

    private static void lag(PrometheusText text, String model, FeedbackReport.Model counts) {
        String name = MeterName.FEEDBACK_LAG.prometheusName();
        List<Long> bounds = LagBuckets.BOUNDS_SECONDS;
        long below = 0;
        for (int i = 0; i <= bounds.size(); i++) {
            below += counts.lagCounts().get(i);
            String bound = i == bounds.size() ? "+Inf" : Double.toString(bounds.get(i));
            text.sample(name + "_bucket", (double) below, "model", model, "le", bound);
        }
        text.sample(name + "_sum", counts.lagSeconds(), "model", model);
        text.sample(name + "_count", (double) below, "model", model);
    }

    private static void versions(PrometheusText text, FeedbackReport report) {
        for (MeterName meter :
                Arrays.asList(MeterName.FEEDBACK_REMEMBERED, MeterName.FEEDBACK_WAITING, MeterName.FEEDBACK_COVERAGE)) {
            head(text, meter, "gauge");
            report.models()
                    .forEach((model, counts) -> counts.versions().forEach((version, covered) -> {
                        double value = switch (meter) {
                            case FEEDBACK_REMEMBERED -> covered.remembered();
                            case FEEDBACK_WAITING -> covered.remembered() - covered.labelled();
                            default -> covered.share();
                        };
                        text.sample(meter.prometheusName(), value, "model", model, "version", Long.toString(version));
                    }));
        }
    }
}
