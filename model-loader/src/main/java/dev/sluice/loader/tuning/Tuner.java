package dev.sluice.loader.tuning;

import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.loader.verify.ProbeRows;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Measures one version and decides how it is run.
 *
 * <p>Threading: thread-safe; blocking, for as long as a {@link ProbeBudget} says.
 */
public final class Tuner {
    /** Most rows of a run that is measured where nothing is configured. */
    public static final int ROWS_MAX = 128;

    private final ServableModel model;
    private final VersionFacts facts;
    private final FoundRows found;
    private final CostProbe probe;
    private final InstantSource wallClock;

    /**
     * @param model open as long as this is used
     * @param found rows that the model takes
     */
    public Tuner(ServableModel model, VersionFacts facts, FoundRows found, CostProbe probe, InstantSource wallClock) {
        this.model = model;
        this.facts = facts;
        this.found = found;
        this.probe = probe;
        this.wallClock = wallClock;
    }

    /** False when no rows are known with which the model runs. */
    public boolean canMeasure() {
        return found.rows() != null;
    }

    /** Measures and decides when a version is loaded. */
    public Tuning atLoad(ProbeBudget budget) {
        return TuningRule.decide(measure(budget, 1, () -> false), facts, null, "", wallClock.instant());
    }

    /**
     * Measures a version that serves.
     *
     * @param rowsNow most rows of a run now: sizes up to it are measured even where larger ones seem to gain nothing, so that
     *     what is run now can be compared
     * @param stop asked before every run
     * @throws CancellationException when {@code stop} says so
     */
    public CostCurve inService(int rowsNow, BooleanSupplier stop) {
        return measure(ProbeBudget.IN_SERVICE, rowsNow, stop);
    }

    /**
     * Decides anew about a version that serves.
     *
     * @param inlineBan why it may not be inline whatever the curve says; empty when it may
     */
    public Tuning decide(CostCurve curve, Tuning before, String inlineBan) {
        return TuningRule.decide(curve, facts, before, inlineBan, wallClock.instant());
    }

    private CostCurve measure(ProbeBudget budget, int rowsMin, BooleanSupplier stop) {
        ProbeRows rows = found.rows();
        if (rows == null) {
            return CostCurve.unknown(found.reason());
        }
        int configured = facts.rowsMaxConfigured();
        int rowsMax = !facts.batched() ? 1 : configured > 0 ? configured : ROWS_MAX;
        return probe.measure(
                new CostProbe.Target(
                        model, rows, rowsMin, rowsMax, configured > 0, facts.singleThread() && facts.isOnCpu()),
                budget,
                stop);
    }
}
