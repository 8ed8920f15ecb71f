/**
 * What the process tells Prometheus.
 *
 * <p>Starting points: {@link dev.sluice.gateway.metrics.MeterName} (every name), {@link
 * dev.sluice.gateway.metrics.GatewayMetrics} (registers them), {@code TritonMetrics} (the names of Triton's dashboards).
 *
 * <p>Depends on the statistics that other packages expose; nothing depends on it but the composition root.
 */
@NullMarked
package dev.sluice.gateway.metrics;

import org.jspecify.annotations.NullMarked;
