package dev.sluice.loader.batching;

import java.util.List;

/**
 * What one visit to the queue took out of it.
 *
 * <p>Threading: immutable.
 *
 * @param units to be run together, the oldest first; empty when only expired ones were found
 * @param rows of {@code units} together
 * @param cells of the run, padding included
 * @param expired units whose deadline passed while they waited
 * @param startedNanos when they left the queue
 */
record Batch(List<RowUnit> units, int rows, long cells, List<RowUnit> expired, long startedNanos) {}
