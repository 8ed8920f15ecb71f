package dev.sluice.loader.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.batching.InlineRuns;
import dev.sluice.loader.tuning.CostCurve;
import dev.sluice.loader.tuning.Tuner;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.model.ModelKey;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one version is run while it serves: what was chosen last, and how often that was looked at and changed.
 *
 * <p>Threading: thread-safe; the accessors are lock-free. Choices are applied to the batcher under {@code lock}, which is held
 * for a few steps and never while something is measured.
 */
public final class VersionTuning {
    private static final Logger LOG = LoggerFactory.getLogger(VersionTuning.class);

    /** So often long runs may end inline execution before it is not tried any more. */
    private static final int INLINE_STOPS_MAX = 3;

    private final ModelKey key;
    private final Tuner tuner;
    private final Batcher batcher;
    private final CellBudget budget;
    private final Object lock = new Object();

    @GuardedBy("lock") private int inlineStops;

    private volatile Tuning current;
    private final AtomicLong checkCount = new AtomicLong();
    private final AtomicLong changeCount = new AtomicLong();

    /**
     * @param budget what a choice means where rows differ in length
     * @param atLoad what was chosen when the version was loaded, and how {@code batcher} works now
     */
    VersionTuning(ModelKey key, Tuner tuner, Batcher batcher, CellBudget budget, Tuning atLoad) {
        this.key = key;
        this.tuner = tuner;
        this.batcher = batcher;
        this.budget = budget;
        this.current = atLoad;
    }

    /** What was chosen last. */
    public Tuning current() {
        return current;
    }

    /** Most rows of one run. Where the length of rows varies, that may be more than the choice, which is for one length. */
    public int rowsMax() {
        return budget.rowsMax(current);
    }

    /** Most cells of one run, where the length of rows varies; 0 = unbounded. */
    public long cellsMax() {
        return budget.cellsMax(current);
    }

    /** How often the version was measured again while it served. */
    public long checkCount() {
        return checkCount.get();
    }

    /** How often that, or runs that were too long for an event loop, changed how it is run. */
    public long changeCount() {
        return changeCount.get();
    }

    /** What of a choice concerns event loops. */
    static InlineRuns inlineRuns(Tuning tuning) {
        return tuning.isInline()
                ? new InlineRuns(true, tuning.curve().comparableRowBytes(), tuning.inlineRunNanosMax())
                : InlineRuns.NEVER;
    }

    /** False when there is nothing to measure with. */
    boolean canCheck() {
        return tuner.canMeasure();
    }

    /**
     * Measures the version again and has it run as that says. Blocking; the version must be borrowed.
     *
     * @param stop asked before every run
     * @throws CancellationException when {@code stop} says so
     */
    void check(BooleanSupplier stop) {
        CostCurve curve = tuner.inService(current.maxRows(), stop);
        synchronized (lock) {
            String ban =
                    inlineStops < INLINE_STOPS_MAX ? "" : "runs on event loops were too long " + inlineStops + " times";
            checkCount.incrementAndGet();
            apply(tuner.decide(curve, current, ban));
        }
    }

    /** Runs on event loops have turned out to be too long; the batcher runs none there any more. Called on an event loop. */
    void inlineStopped() {
        synchronized (lock) {
            inlineStops++;
            long millis = Duration.ofNanos(current.inlineRunNanosMax()).toMillis();
            apply(current.queued("runs on event loops computed for more than " + millis + " ms"));
        }
    }

    @GuardedBy("lock") private void apply(Tuning next) {
        Tuning before = current;
        current = next;
        if (next.isSameChoice(before)
                && budget.cellsMax(next) == budget.cellsMax(before)
                && budget.rowsMax(next) == budget.rowsMax(before)) {
            return;
        }
        changeCount.incrementAndGet();
        batcher.retune(budget.rowsMax(next), next.parallelRuns(), inlineRuns(next), budget.cellsMax(next));
        LOG.info(
                "model={} version={} tuning: {} -> {}",
                key.name(),
                key.version(),
                before.choice(),
                budget.describe(next));
    }
}
