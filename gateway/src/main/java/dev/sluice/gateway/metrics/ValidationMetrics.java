package dev.sluice.gateway.metrics;

import dev.sluice.canary.monitor.validation.ValidationCounts;
import dev.sluice.gateway.validation.Validators;
import dev.sluice.model.ModelKey;
import java.util.Map;

/**
 * Meters of validation, read at every scrape.
 *
 * <p>Threading: thread-safe.
 */
public final class ValidationMetrics {
    private final Validators validators;

    public ValidationMetrics(Validators validators) {
        this.validators = validators;
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        Map<ModelKey, ValidationCounts> versions = validators.counts();
        StringBuilder out = new StringBuilder(1024);
        PrometheusText text = new PrometheusText(out);
        text.head(MeterName.VALIDATION_VALUES.prometheusName(), "counter", MeterName.VALIDATION_VALUES.meaning());
        versions.forEach((key, counts) -> values(text, key, counts));
        text.head(MeterName.VALIDATION_REQUESTS.prometheusName(), "counter", MeterName.VALIDATION_REQUESTS.meaning());
        versions.forEach((key, counts) -> {
            request(text, key, "passed", counts.passedCount());
            request(text, key, "flagged", counts.flaggedCount());
            request(text, key, "rejected", counts.rejectedCount());
        });
        return out.toString();
    }

    private static void values(PrometheusText text, ModelKey key, ValidationCounts counts) {
        for (ValidationCounts.Count count : counts.counts()) {
            text.sample(
                    MeterName.VALIDATION_VALUES.prometheusName(),
                    (double) count.count(),
                    "model",
                    key.name(),
                    "version",
                    Long.toString(key.version()),
                    "feature",
                    count.feature(),
                    "kind",
                    count.kind().word());
        }
    }

    private static void request(PrometheusText text, ModelKey key, String verdict, long count) {
        text.sample(
                MeterName.VALIDATION_REQUESTS.prometheusName(),
                (double) count,
                "model",
                key.name(),
                "version",
                Long.toString(key.version()),
                "verdict",
                verdict);
    }
}
