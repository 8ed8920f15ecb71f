package dev.sluice.loadtest.proof.speed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run measures, and how long.
 *
 * <p>Threading: immutable.
 *
 * @param launcher starts the gateway when {@code serve} and its arguments follow
 * @param javaOptions more options for the gateway's JVM and with it the bare server's; may be empty
 * @param checkout the source checkout, which holds the models
 * @param goals to measure, at least one
 * @param rounds of each comparison, 1 or more
 * @param span measured in each round for each system; 1 s or longer
 * @param warmup of each system before its first round
 * @param pairs of the open loop
 * @param pairSpan length of each half of a pair
 * @param quick true for a reduced run whose times are not judged
 * @param peers other servers to measure beside
 * @param allocResult result.json of {@code prove alloc}, or null for the newest of the checkout
 * @param seed of everything random
 * @param out existing folder for the evidence
 */
record SpeedPlan(
        List<String> launcher,
        String javaOptions,
        Path checkout,
        Set<Goal> goals,
        int rounds,
        Duration span,
        Duration warmup,
        int pairs,
        Duration pairSpan,
        boolean quick,
        List<Peer> peers,
        @Nullable Path allocResult,
        long seed,
        Path out) {
    /** Fewer rounds do not make a verdict. */
    static final int JUDGED_ROUNDS_MIN = 7;

    SpeedPlan {
        launcher = List.copyOf(launcher);
        goals = Set.copyOf(goals);
        peers = List.copyOf(peers);
        if (rounds < 1 || pairs < 1) {
            throw new IllegalArgumentException("rounds and pairs must be 1 or more, got " + rounds + " and " + pairs);
        }
        if (span.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("the seconds of a round must be 1 or more, got " + span);
        }
    }

    /** True when any of these goals was asked for. */
    boolean wants(Goal... candidates) {
        return !EnumSet.copyOf(List.of(candidates)).stream()
                .filter(goals::contains)
                .toList()
                .isEmpty();
    }

    /** Whether times may be judged: enough rounds, and no reduced run. */
    boolean timesAreJudged() {
        return !quick && rounds >= JUDGED_ROUNDS_MIN;
    }
}
