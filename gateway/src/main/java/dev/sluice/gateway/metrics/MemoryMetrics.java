package dev.sluice.gateway.metrics;

import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.runtime.Device;

/**
 * Memory of loaded versions in Prometheus' text format, by device.
 *
 * <p>Threading: thread-safe.
 */
public final class MemoryMetrics {
    private final ResourceBudget budget;

    public MemoryMetrics(ResourceBudget budget) {
        this.budget = budget;
    }

    public String scrape() {
        StringBuilder out = new StringBuilder();
        PrometheusText text = new PrometheusText(out);
        String used = MeterName.MODEL_MEMORY.prometheusName();
        text.head(used, "gauge", MeterName.MODEL_MEMORY.meaning());
        for (Device device : budget.devices()) {
            text.sample(used, (double) budget.used(device), "device", device.toString());
        }
        String limit = MeterName.MODEL_MEMORY_LIMIT.prometheusName();
        text.head(limit, "gauge", MeterName.MODEL_MEMORY_LIMIT.meaning());
        for (Device device : budget.devices()) {
            if (budget.limit(device) != Long.MAX_VALUE) {
                text.sample(limit, (double) budget.limit(device), "device", device.toString());
            }
        }
        return out.toString();
    }
}
