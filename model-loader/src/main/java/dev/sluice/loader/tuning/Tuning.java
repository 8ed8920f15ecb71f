package dev.sluice.loader.tuning;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How the requests of a version are run, and why.
 *
 * <p>Threading: immutable.
 *
 * @param curve what was measured
 * @param execution where batches run
 * @param maxRows most rows of one run, 1 or greater
 * @param parallelRuns most runs on inference threads at once, 1 or greater
 * @param inlineRunNanosMax a run on an event loop that computes longer than this is too long there
 * @param configured which of these were configured
 * @param reason of {@code execution}, in one line for operators
 * @param measuredAt when the curve was measured
 */
public record Tuning(
        CostCurve curve,
        Execution execution,
        int maxRows,
        int parallelRuns,
        long inlineRunNanosMax,
        Set<Choice> configured,
        String reason,
        Instant measuredAt) {
    /** Where batches run. */
    public enum Execution {
        /** On the event loop, at the end of its tick. */
        INLINE,
        /** On inference threads. */
        QUEUED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is chosen, or configured. */
    public enum Choice {
        MAX_BATCH_SIZE,
        EXECUTION,
        PARALLEL_RUNS;

        /** The key in a model's configuration, under {@code batching}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Tuning {
        configured = configured.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(configured));
        if (maxRows < 1 || parallelRuns < 1) {
            throw new IllegalArgumentException(
                    "rows and parallel runs must be 1 or greater, got " + maxRows + " and " + parallelRuns);
        }
    }

    public boolean isInline() {
        return execution == Execution.INLINE;
    }

    /**
     * Cells of a run at the knee: its rows times their length; 0 when nothing was measured. For rows of a fixed size it is the
     * knee itself.
     */
    public long cellsAtKnee() {
        return curve.knee() * curve.cellsPerRow();
    }

    /** True when requests are run in the same way. */
    public boolean isSameChoice(Tuning other) {
        return execution == other.execution && maxRows == other.maxRows && parallelRuns == other.parallelRuns;
    }

    /** The same, but on inference threads from now on. */
    public Tuning queued(String why) {
        return new Tuning(
                curve, Execution.QUEUED, maxRows, parallelRuns, inlineRunNanosMax, configured, why, measuredAt);
    }

    /** What was chosen, in short: {@code inline, at most 64 rows}. */
    public String choice() {
        return execution + ", at most " + rows(maxRows);
    }

    /** In one line: {@code inline, at most 64 rows (1 row 4.2 µs, 64 rows 13 µs; knee 64; …)}. */
    public String describe() {
        StringBuilder text = new StringBuilder(choice()).append(" (");
        if (curve.isKnown()) {
            text.append(cost(1));
            if (maxRows > 1) {
                text.append(", ").append(cost(maxRows));
            }
            text.append("; knee ").append(curve.knee()).append("; ");
        }
        return text.append(reason).append(')').toString();
    }

    private String cost(int rows) {
        return rows(rows) + " " + micros(curve.runNanos(rows));
    }

    static String rows(int count) {
        return count + (count == 1 ? " row" : " rows");
    }

    /** For example {@code 4.2 µs}, {@code 130 µs}, {@code 8.2 ms}. */
    static String micros(long nanos) {
        double micros = nanos / 1e3;
        if (micros < 1000) {
            return String.format(Locale.ROOT, micros < 10 ? "%.1f µs" : "%.0f µs", micros);
        }
        return String.format(Locale.ROOT, micros < 10_000 ? "%.1f ms" : "%.0f ms", micros / 1e3);
    }
}
