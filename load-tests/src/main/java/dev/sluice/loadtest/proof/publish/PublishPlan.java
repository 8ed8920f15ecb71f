package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code prove publish} does.
 *
 * <p>Threading: immutable.
 *
 * @param model file of the tree classifier that versions are made of
 * @param cycles how many versions are published, 1 or greater
 * @param pace shortest time from one cycle to the next
 * @param window span of load of each half of a pair; 3 s or longer
 * @param capacityStep length of each step that looks for the capacity
 * @param loadFraction share of the capacity that is sent, in (0, 1]
 * @param ratePerSecond rate to send instead of a share of the capacity, or null
 * @param servedWithin how soon after a good publish its version must answer
 * @param p99RatioMax most that the p99 with swaps may be of that without; null: 2 for {@value #FULL_CYCLES} cycles or more, and
 *     not judged below
 * @param settle the server's {@code watch.settle}
 * @param seed of arrivals
 * @param out existing folder for the evidence
 */
record PublishPlan(
        ServerStart server,
        Path model,
        int cycles,
        Duration pace,
        Duration window,
        Duration capacityStep,
        double loadFraction,
        @Nullable Double ratePerSecond,
        Duration servedWithin,
        @Nullable Double p99RatioMax,
        Duration settle,
        long seed,
        Path out) {
    /** From here on the p99 is judged. */
    static final int FULL_CYCLES = 1000;

    private static final double RATIO_MAX = 2;

    PublishPlan {
        if (cycles < 1) {
            throw new IllegalArgumentException("cycles must be 1 or greater, got " + cycles);
        }
        if (window.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("window must be 3 s or longer, got " + window);
        }
        if (!(loadFraction > 0 && loadFraction <= 1)) {
            throw new IllegalArgumentException("load fraction must be above 0 and at most 1, got " + loadFraction);
        }
    }

    /** The bound on the ratio of p99s; empty when it is not judged. */
    Optional<Double> ratioMax() {
        if (p99RatioMax != null) {
            return Optional.of(p99RatioMax);
        }
        return cycles >= FULL_CYCLES ? Optional.of(RATIO_MAX) : Optional.empty();
    }
}
