package dev.sluice.gateway.metrics;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Responses by status code, in the Prometheus text format.
 *
 * <p>Threading: thread-safe.
 */
public final class HttpMetrics {
    private final Supplier<Map<Integer, Long>> responses;

    /**
     * @param responses status code → responses so far
     */
    public HttpMetrics(Supplier<Map<Integer, Long>> responses) {
        this.responses = responses;
    }

    public String scrape() {
        StringBuilder out = new StringBuilder();
        PrometheusText text = new PrometheusText(out);
        String name = MeterName.RESPONSES.prometheusName();
        text.head(name, "counter", MeterName.RESPONSES.meaning());
        responses
                .get()
                .forEach((status, count) -> text.sample(name, (double) count, "status", Integer.toString(status)));
        return out.toString();
    }
}
