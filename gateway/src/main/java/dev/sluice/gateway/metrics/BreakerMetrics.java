package dev.sluice.gateway.metrics;

import dev.sluice.gateway.resilience.BreakerReport;
import dev.sluice.gateway.resilience.BreakerState;
import dev.sluice.gateway.resilience.Breakers;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Meters of the circuit breakers, read at every scrape.
 *
 * <p>Threading: thread-safe.
 */
public final class BreakerMetrics {
    private final Breakers breakers;

    public BreakerMetrics(Breakers breakers) {
        this.breakers = breakers;
    }

    /** All of them, in the Prometheus text format. */
    public String scrape() {
        List<BreakerReport> reports = breakers.reports();
        StringBuilder out = new StringBuilder(1024);
        PrometheusText text = new PrometheusText(out);
        head(text, MeterName.BREAKER_STATE, "gauge");
        for (BreakerReport report : reports) {
            for (BreakerState state : BreakerState.values()) {
                text.sample(
                        MeterName.BREAKER_STATE.prometheusName(),
                        report.state() == state ? 1 : 0,
                        labels(report, state));
            }
        }
        head(text, MeterName.BREAKER_TRANSITIONS, "counter");
        for (BreakerReport report : reports) {
            for (BreakerState state : BreakerState.values()) {
                text.sample(
                        MeterName.BREAKER_TRANSITIONS.prometheusName(),
                        report.entered().getOrDefault(state, 0L).doubleValue(),
                        labels(report, state));
            }
        }
        version(text, reports, MeterName.BREAKER_FAILURES, "gauge", BreakerReport::failed);
        version(text, reports, MeterName.BREAKER_FALLBACKS, "counter", BreakerReport::fallbackCount);
        version(text, reports, MeterName.BREAKER_REFUSALS, "counter", BreakerReport::refusalCount);
        return out.toString();
    }

    private static void version(
            PrometheusText text,
            List<BreakerReport> reports,
            MeterName name,
            String type,
            ToDoubleFunction<BreakerReport> value) {
        head(text, name, type);
        for (BreakerReport report : reports) {
            text.sample(
                    name.prometheusName(),
                    value.applyAsDouble(report),
                    "model",
                    report.key().name(),
                    "version",
                    Long.toString(report.key().version()));
        }
    }

    private static void head(PrometheusText text, MeterName name, String type) {
        text.head(name.prometheusName(), type, name.meaning());
    }

    private static String[] labels(BreakerReport report, BreakerState state) {
        return new String[] {
            "model", report.key().name(), "version", Long.toString(report.key().version()), "state", state.word()
        };
    }
}
