package dev.sluice.gateway.resilience;

import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.model.ModelKey;
import java.time.Instant;
import java.util.Map;

/**
 * One circuit breaker at one moment.
 *
 * <p>Threading: immutable.
 *
 * @param key its version
 * @param config when it opens
 * @param state what it lets through
 * @param since when it got there; the moment at which the version became ready when it has never been open
 * @param failed failures among {@code counted}
 * @param counted closed: the answers and failures in the window; open: those that opened it; half open: those of the trial
 * @param triedAt open: from when on the next request may try the version; otherwise equal to {@code since}
 * @param entered how often it has come into each state; all states are there
 * @param fallbackCount requests for the version that another answered
 * @param refusalCount requests for the version that nobody answered
 */
public record BreakerReport(
        ModelKey key,
        BreakerConfig config,
        BreakerState state,
        Instant since,
        int failed,
        int counted,
        Instant triedAt,
        Map<BreakerState, Long> entered,
        long fallbackCount,
        long refusalCount) {
    public BreakerReport {
        entered = Map.copyOf(entered);
    }

    /** The state in words, with what led to it. */
    public String reason() {
        return switch (state) {
            case CLOSED -> "circuit breaker closed: " + failed + " of the last " + counted + " requests failed";
            case OPEN ->
                "circuit breaker open since " + since + ": " + failed + " of the last " + counted + " requests failed";
            case HALF_OPEN ->
                "circuit breaker half open since " + since + ": " + counted + " of at most " + config.trialCalls()
                        + " trial requests ended, " + failed + " failed";
        };
    }
}
