package dev.sluice.canary.inputlog;

import dev.sluice.model.InferTiming;

/**
 * Where the time of one request went, in nanoseconds.
 *
 * <p>Threading: immutable.
 *
 * @param totalNanos from the arrival of its head to its outcome
 * @param queueNanos waiting for its run; 0 when it did not run
 * @param run its run's parts; {@link InferTiming#NONE} when it did not run
 */
public record RecordTiming(long totalNanos, long queueNanos, InferTiming run) {}
