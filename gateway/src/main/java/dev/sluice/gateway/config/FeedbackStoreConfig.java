package dev.sluice.gateway.config;

import java.time.Duration;

/**
 * How long predictions wait for their labels. Of which models, each says itself.
 *
 * <p>Threading: immutable.
 *
 * @param keep how long a prediction waits
 * @param lateAfter a label that comes later is counted as late
 * @param predictionsMax most rows of predictions that wait
 */
public record FeedbackStoreConfig(Duration keep, Duration lateAfter, long predictionsMax) {}
