package dev.sluice.loader.batching;

import dev.sluice.model.CpuClock;
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
 * @param cpuClock the clock of what runs cost
 */
public record BatchResources(
        TensorPool pool, InferenceThreads threads, NanoClock nanoClock, InstantSource wallClock, CpuClock cpuClock) {
    /** With the system's clock of CPU time. */
    public BatchResources(TensorPool pool, InferenceThreads threads, NanoClock nanoClock, InstantSource wallClock) {
        this(pool, threads, nanoClock, wallClock, CpuClock.system(NanoClock.system()));
    }

    /** The same with the threads of another device. */
    public BatchResources with(InferenceThreads others) {
        return new BatchResources(pool, others, nanoClock, wallClock, cpuClock);
    }
}
