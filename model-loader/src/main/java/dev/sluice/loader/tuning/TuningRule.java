package dev.sluice.loader.tuning;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.tuning.Tuning.Choice;
import dev.sluice.loader.tuning.Tuning.Execution;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how the requests of a version are run.
 *
 * <p>As many rows a run as the knee of the curve, because more only wait longer. On the event loop when such a run is short,
 * so that it holds up nobody, and its rows are cheap, so that a loop still has time for HTTP under load: handing requests to a
 * thread and back then costs more than it wins. Where the knee is too long for that, fewer rows may be short enough and cost
 * hardly more. Else on all inference threads. What was chosen before stays while it is nearly as good, so that noise does not
 * change it to and fro.
 *
 * <p>Threading: stateless, pure.
 *
 * @see "docs/adr/0005-tuning-by-measured-cost.md"
 */
public final class TuningRule {
    /**
     * What may take place on an event loop.
     *
     * @param runNanos most time of a run
     * @param rowNanos most time of a row in it
     */
    private record Bound(long runNanos, long rowNanos) {
        boolean allows(CostCurve curve, int rows) {
            return curve.runNanos(rows) <= runNanos && (double) curve.runNanos(rows) / rows <= rowNanos;
        }
    }

    /** A row may cost about what handling its request does; beyond that a loop would keep the other cores waiting for work. */
    private static final Bound INLINE = new Bound(100_000, 10_000);

    /** A version that is inline stays so until it exceeds this. */
    private static final Bound INLINE_KEPT = new Bound(150_000, 15_000);

    /** A run longer than this is not let onto an event loop even when that is configured. */
    static final long INLINE_CONFIGURED_NANOS_MAX = 10_000_000;

    /** A batch that fails is repeated row by row; a loop must be back by then. */
    private static final long REPEATED_NANOS_MAX = 40_000_000;

    /** In service a run this long says that inline was wrong: ten times what was measured at most. */
    private static final long INLINE_RUN_NANOS_MAX = 1_000_000;

    /** Part of the throughput that another number of rows may cost. */
    private static final double LOSS_MAX = 0.05;

    /** What a row may cost more on a loop: handing a request to a thread and back costs several times as much. */
    private static final double LOSS_NANOS_PER_ROW_MAX = 1_000;

    private TuningRule() {}

    /** Rows a run, and what that makes of inline. */
    private record Place(int maxRows, Execution execution, String reason) {}

    /**
     * Decides.
     *
     * @param before what was chosen before; null at load
     * @param inlineBan why it may not be inline although its curve allows it; empty when it may
     * @param at when the curve was measured
     */
    public static Tuning decide(
            CostCurve curve, VersionFacts facts, @Nullable Tuning before, String inlineBan, Instant at) {
        if (before != null && saysTooLittle(curve, before)) {
            return before;
        }
        Set<Choice> configured = EnumSet.noneOf(Choice.class);
        BatchingConfig config = facts.config();
        if (facts.rowsMaxConfigured() > 0) {
            configured.add(Choice.MAX_BATCH_SIZE);
        }
        if (config.execution() != BatchingConfig.Execution.AUTO) {
            configured.add(Choice.EXECUTION);
        }
        if (config.parallelRuns() > 0) {
            configured.add(Choice.PARALLEL_RUNS);
        }
        int maxRows = maxRows(curve, facts, before);
        Place place = switch (config.execution()) {
            case QUEUED -> new Place(maxRows, Execution.QUEUED, "configured");
            case INLINE -> configuredInline(curve, maxRows, inlineBan);
            case AUTO -> chosen(curve, facts, maxRows, before != null && before.isInline(), inlineBan);
        };
        long inlineRunNanosMax = config.execution() == BatchingConfig.Execution.INLINE
                ? INLINE_CONFIGURED_NANOS_MAX
                : INLINE_RUN_NANOS_MAX;
        return new Tuning(
                curve,
                place.execution(),
                place.maxRows(),
                parallelRuns(curve, facts, place),
                inlineRunNanosMax,
                configured,
                place.reason(),
                at);
    }

    /** True when a curve that was known is not any more, or does not reach the batches that are run now. */
    private static boolean saysTooLittle(CostCurve curve, Tuning before) {
        boolean lost = !curve.isKnown() && before.curve().isKnown();
        boolean cut = curve.isKnown()
                && curve.isCut()
                && before.curve().isKnown()
                && curve.rowsMax() < Math.min(before.maxRows(), before.curve().rowsMax());
        return lost || cut;
    }

    private static int maxRows(CostCurve curve, VersionFacts facts, @Nullable Tuning before) {
        if (!facts.batched()) {
            return 1;
        }
        if (facts.rowsMaxConfigured() > 0) {
            return facts.rowsMaxConfigured();
        }
        if (!curve.isKnown()) {
            return facts.rowsMaxUnmeasured();
        }
        int knee = curve.knee();
        if (before == null || !before.curve().isKnown()) {
            return knee;
        }
        boolean asGood = before.maxRows() <= curve.rowsMax() && isNearlyAsGood(curve, before.maxRows(), knee);
        return asGood ? before.maxRows() : knee;
    }

    private static boolean isNearlyAsGood(CostCurve curve, int rows, int knee) {
        return curve.rowsPerSecond(rows) >= curve.rowsPerSecond(knee) * (1 - LOSS_MAX);
    }

    private static Place configuredInline(CostCurve curve, int maxRows, String inlineBan) {
        if (!inlineBan.isEmpty()) {
            return new Place(maxRows, Execution.QUEUED, inlineBan);
        }
        if (!curve.isKnown()) {
            return new Place(
                    maxRows, Execution.QUEUED, "inline is configured, but its cost is unknown: " + curve.reason());
        }
        if (curve.runNanos(maxRows) > INLINE_CONFIGURED_NANOS_MAX) {
            return new Place(
                    maxRows,
                    Execution.QUEUED,
                    "inline is configured, but " + tooLong(curve, maxRows, INLINE_CONFIGURED_NANOS_MAX));
        }
        long repeatedNanos = curve.runNanos(1) * maxRows;
        if (repeatedNanos > REPEATED_NANOS_MAX) {
            return new Place(
                    maxRows,
                    Execution.QUEUED,
                    "inline is configured, but " + maxRows + " rows one by one, as after a failure, would take "
                            + Tuning.micros(repeatedNanos) + ", more than " + Tuning.micros(REPEATED_NANOS_MAX));
        }
        return new Place(maxRows, Execution.INLINE, "configured");
    }

    private static Place chosen(CostCurve curve, VersionFacts facts, int maxRows, boolean wasInline, String inlineBan) {
        String obstacle = obstacle(curve, facts, inlineBan);
        if (!obstacle.isEmpty()) {
            return new Place(maxRows, Execution.QUEUED, obstacle);
        }
        Place inline = inline(curve, facts, maxRows, INLINE);
        if (inline == null && wasInline) {
            inline = inline(curve, facts, maxRows, INLINE_KEPT);
        }
        return inline != null ? inline : new Place(maxRows, Execution.QUEUED, tooMuch(curve, maxRows));
    }

    private static String tooMuch(CostCurve curve, int maxRows) {
        return curve.runNanos(maxRows) > INLINE.runNanos()
                ? tooLong(curve, maxRows, INLINE.runNanos())
                : "a row of a full batch takes " + Tuning.micros(curve.runNanos(maxRows) / maxRows) + ", more than "
                        + Tuning.micros(INLINE.rowNanos());
    }

    private static String obstacle(CostCurve curve, VersionFacts facts, String inlineBan) {
        if (!curve.isKnown()) {
            return "cost unknown: " + curve.reason();
        }
        if (!facts.isOnCpu()) {
            return "it runs on " + facts.device();
        }
        if (!facts.singleThread()) {
            return "a run uses threads of its own";
        }
        return inlineBan;
    }

    /** Inline with as many rows as are short enough; null when too much throughput would be lost. */
    private static @Nullable Place inline(CostCurve curve, VersionFacts facts, int maxRows, Bound bound) {
        String within = "a full batch is within " + Tuning.micros(bound.runNanos());
        if (bound.allows(curve, maxRows)) {
            return new Place(maxRows, Execution.INLINE, within);
        }
        CostCurve.Point shorter = curve.largestWithin(bound.runNanos());
        if (facts.rowsMaxConfigured() > 0
                || shorter == null
                || shorter.rows() > maxRows
                || !bound.allows(curve, shorter.rows())) {
            return null;
        }
        double lossNanos = shorter.nanosPerRow() - (double) curve.runNanos(maxRows) / maxRows;
        if (lossNanos > LOSS_NANOS_PER_ROW_MAX && !isNearlyAsGood(curve, shorter.rows(), maxRows)) {
            return null;
        }
        return new Place(
                shorter.rows(),
                Execution.INLINE,
                within + ", " + Tuning.rows(maxRows) + " would take "
                        + Tuning.micros(curve.runNanos(maxRows)) + " and save "
                        + Tuning.micros(Math.max(0, Math.round(lossNanos))) + " a row");
    }

    private static String tooLong(CostCurve curve, int maxRows, long nanosMax) {
        return "a full batch takes " + Tuning.micros(curve.runNanos(maxRows)) + ", more than "
                + Tuning.micros(nanosMax);
    }

    /**
     * What is cheap and queued all the same is left to one thread: two of them would only wake each other, for twice the CPU
     * time.
     */
    private static int parallelRuns(CostCurve curve, VersionFacts facts, Place place) {
        int configured = facts.config().parallelRuns();
        if (configured > 0) {
            return Math.min(configured, facts.inferenceThreads());
        }
        boolean isCheap = place.execution() == Execution.QUEUED
                && facts.isOnCpu()
                && curve.isKnown()
                && INLINE.allows(curve, place.maxRows());
        return isCheap ? 1 : facts.inferenceThreads();
    }
}
