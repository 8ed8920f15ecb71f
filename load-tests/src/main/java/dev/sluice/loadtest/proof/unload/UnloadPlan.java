package dev.sluice.loadtest.proof.unload;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code prove unload} does.
 *
 * <p>Threading: immutable.
 *
 * @param model file of the transformer
 * @param cycles loads and unloads, more than {@value #REFERENCE}
 * @param requests in each cycle, 1 or greater
 * @param batchMax the model's {@code batching.max-batch-size}; 0: what the server chooses
 * @param pause from an unload to the reading of its memory
 * @param growthMax most that memory may have grown since cycle {@value #REFERENCE}, as a share of what it was then; above 0
 * @param seed of lengths and tokens
 * @param out existing folder for the evidence
 */
record UnloadPlan(
        ServerStart server,
        Path model,
        int cycles,
        int requests,
        int batchMax,
        Duration pause,
        double growthMax,
        long seed,
        Path out) {
    /** The cycle that the last one is compared with: by then everything that is made once is made. */
    static final int REFERENCE = 10;

    UnloadPlan {
        if (cycles <= REFERENCE) {
            throw new IllegalArgumentException("cycles must be more than " + REFERENCE + ", got " + cycles);
        }
        if (requests < 1) {
            throw new IllegalArgumentException("requests must be 1 or greater, got " + requests);
        }
        if (!(growthMax > 0)) {
            throw new IllegalArgumentException("growth must be above 0, got " + growthMax);
        }
    }
}
