package dev.sluice.loader.batching;

import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import java.time.InstantSource;

/**
 * What the batchers of all versions share.
 *
 * <p>Threading: immutable; its parts are thread-safe.
 *
 * @param pool where gathered inputs and joined outputs are kept
 * @param threads who runs the batches
 * @param nanoClock the clock of deadlines and durations
 * @param wallClock the clock of "last inference at"
 */
public record BatchResources(TensorPool pool, InferenceThreads threads, NanoClock nanoClock, InstantSource wallClock) {}
