package dev.sluice.gateway.replay;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a replay went.
 *
 * <p>Threading: confined to one thread.
 */
public final class ReplayCounts {
    private final Map<Comparison.Outcome, Long> outcomes = new EnumMap<>(Comparison.Outcome.class);
    private final SortedMap<String, Long> skipped = new TreeMap<>();
    private long beyondTolerance;
    private String firstFailure = "";

    void add(Comparison comparison) {
        outcomes.merge(comparison.outcome(), 1L, Long::sum);
        beyondTolerance += comparison.isBeyondTolerance() ? 1 : 0;
        if (comparison.outcome() == Comparison.Outcome.FAILED && firstFailure.isEmpty()) {
            firstFailure = comparison.record().predictionId() + ": "
                    + comparison.answer().status() + ": " + comparison.answer().message();
        }
    }

    void skipped(String reason) {
        skipped.merge(reason, 1L, Long::sum);
    }

    /** Requests that were sent. */
    public long replayed() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Those that the candidate has answered, or refused as they were refused then. */
    public long answers() {
        return replayed() - failed();
    }

    /** Those whose answer is the logged one, bit for bit. */
    public long equal() {
        return count(Comparison.Outcome.EQUAL);
    }

    /** Those whose answer is another. */
    public long different() {
        return count(Comparison.Outcome.DIFFERENT);
    }

    /** Those that failed then, and are answered now. */
    public long answeredNow() {
        return count(Comparison.Outcome.ANSWERED_NOW);
    }

    /** Those that fail now as they did then. */
    public long failedAlike() {
        return count(Comparison.Outcome.FAILED_ALIKE);
    }

    /** Those that the candidate does not answer. */
    public long failed() {
        return count(Comparison.Outcome.FAILED);
    }

    /** Those of {@link #different} that are further off than the tolerance. */
    public long beyondTolerance() {
        return beyondTolerance;
    }

    /** Why the first of {@link #failed} did; empty without any. */
    public String firstFailure() {
        return firstFailure;
    }

    /** Records that cannot be replayed, by reason. */
    public SortedMap<String, Long> skipped() {
        return new TreeMap<>(skipped);
    }

    private long count(Comparison.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}
