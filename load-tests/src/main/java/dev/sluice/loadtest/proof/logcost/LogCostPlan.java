package dev.sluice.loadtest.proof.logcost;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code prove log-cost} does.
 *
 * <p>Threading: immutable.
 *
 * @param model folder of the model that is asked
 * @param rate requests per second of the open loop, above 0
 * @param rounds each arm is measured once in each, 1 or greater
 * @param span length of each measurement
 * @param warmup before the first
 * @param goals judges the medians; without them only the sums are judged
 * @param out existing folder for the evidence
 */
record LogCostPlan(
        ServerStart server,
        Path model,
        double rate,
        int rounds,
        Duration span,
        Duration warmup,
        boolean goals,
        Path out) {
    /** Most CPU per request with a tenth recorded, as a multiple of that without the log. */
    static final double TENTH_RATIO_MAX = 1.10;

    /** Most CPU in µs that a record costs where every request is recorded. */
    static final double RECORD_MICROS_MAX = 5;

    /** Most of the median latency of a single connection, as a multiple of that without the log. */
    static final double P50_RATIO_MAX = 1.05;

    LogCostPlan {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate must be above 0, got " + rate);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be 1 or greater, got " + rounds);
        }
        if (span.toMillis() < 500) {
            throw new IllegalArgumentException("span must be 500ms or longer, got " + span.toMillis() + "ms");
        }
    }
}
