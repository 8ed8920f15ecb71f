package dev.sluice.loader.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeCpuClock;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.ProbeRows;
import dev.sluice.model.CpuClock;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorPool;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CostProbeTest {
    private static final ProbeBudget ONCE = new ProbeBudget(0, 1_000_000_000);

    private final TensorPool pool = new TensorPool(64 << 20);
    private final FakeNanoClock clock = new FakeNanoClock();
    private final FakeCpuClock cpu = new FakeCpuClock();
    private long elapsedMillisPerRun;
    private int rowsMin = 1;

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    /** A model whose runs cost so many nanoseconds by their rows. */
    private FakeServableModel model(IntToLongFunction nanos) {
        return FakeServableModel.rowSums((inputs, outputs) -> {
            cpu.advanceNanos(nanos.applyAsLong((int) inputs.get(0).shape().dimension(0)));
            clock.advanceMillis(elapsedMillisPerRun);
            return Tensors.rowSums(pool, inputs);
        });
    }

    private CostCurve measure(FakeServableModel model, int rowsMax, boolean counts, ProbeBudget budget) {
        return measure(model, cpu, rowsMax, counts, true, budget);
    }

    private CostCurve measure(
            FakeServableModel model,
            CpuClock cpuClock,
            int rowsMax,
            boolean counts,
            boolean singleThread,
            ProbeBudget budget) {
        ProbeRows rows =
                Objects.requireNonNull(new BatchProof(clock).rows(model).rows());
        return new CostProbe(clock, cpuClock)
                .measure(
                        new CostProbe.Target(model, rows, rowsMin, rowsMax, counts, singleThread), budget, () -> false);
    }

    @Test
    void measuresDoublingSizesUpToTheMost() {
        CostCurve curve = measure(model(rows -> 10_000 + 100L * rows), 20, false, ONCE);

        assertThat(curve.points())
                .containsExactly(
                        new CostCurve.Point(1, 10_100),
                        new CostCurve.Point(2, 10_200),
                        new CostCurve.Point(4, 10_400),
                        new CostCurve.Point(8, 10_800),
                        new CostCurve.Point(16, 11_600));
        assertThat(curve.isCpuTime()).isTrue();
        assertThat(curve.isCut()).isFalse();
        assertThat(curve.cellsPerRow()).isEqualTo(32);
        assertThat(curve.comparableRowBytes()).isEqualTo(128);
    }

    @Test
    void endsTwoDoublingsBeyondTheKnee() {
        FakeServableModel model = model(rows -> 1_000_000L * rows);

        CostCurve curve = measure(model, 128, false, ONCE);

        assertThat(curve.knee()).isEqualTo(1);
        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4);
        assertThat(model.rowsPerRun()).doesNotContain(8L);
    }

    @Test
    void measuresUpToTheSizeThatIsRunNowWhateverItGains() {
        rowsMin = 32;

        CostCurve curve = measure(model(rows -> 1_000_000L * rows), 128, false, ONCE);

        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4, 8, 16, 32);
    }

    @Test
    void measuresAConfiguredSizeThatIsNoPowerOfTwo() {
        CostCurve curve = measure(model(rows -> 10_000 + 100L * rows), 20, true, ONCE);

        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4, 8, 16, 20);
    }

    @Test
    void measuresAConfiguredSizeBeyondTheKnee() {
        CostCurve curve = measure(model(rows -> 1_000L * rows), 64, true, ONCE);

        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4, 64);
    }

    @Test
    void theCheapestOfSeveralSamplesCounts() {
        AtomicInteger run = new AtomicInteger();
        // One run looks for rows; samples of a single row have 32 runs.
        CostCurve curve =
                measure(model(rows -> (run.getAndIncrement() - 1) / 32 % 3 == 1 ? 5_000 : 90_000), 1, false, ONCE);

        assertThat(curve.points()).containsExactly(new CostCurve.Point(1, 5_000));
    }

    /** As in trees, of which a lucky row needs the fewest branches: a batch has lucky and unlucky ones. */
    @Test
    void rowsThatDifferInCostDoNotMakeBatchesLookLikeALoss() {
        AtomicInteger run = new AtomicInteger();
        CostCurve curve = measure(
                model(rows -> rows == 1 ? (run.getAndIncrement() % 2 == 0 ? 10_000 : 50_000) : 20_000L * rows),
                2,
                false,
                ONCE);

        assertThat(curve.points()).containsExactly(new CostCurve.Point(1, 30_000), new CostCurve.Point(2, 40_000));
        assertThat(curve.knee()).isEqualTo(2);
    }

    @Test
    void goesOnUntilEnoughTimeIsSpent() {
        elapsedMillisPerRun = 1;
        FakeServableModel model = model(rows -> 1_000);

        measure(model, 1, false, new ProbeBudget(20_000_000, 1_000_000_000));

        // One run looked for rows.
        assertThat(model.runs()).hasSizeBetween(20, 24);
    }

    @Test
    void longRunsAreMeasuredOnce() {
        elapsedMillisPerRun = 50;
        FakeServableModel model = model(rows -> 50_000_000);

        measure(model, 1, false, new ProbeBudget(20_000_000, 1_000_000_000));

        assertThat(model.runs()).hasSize(2);
    }

    @Test
    void beginsNoRunThatWouldNotEndInTime() {
        elapsedMillisPerRun = 400;

        CostCurve curve = measure(model(rows -> 400_000_000), 128, false, ONCE);

        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1);
        assertThat(curve.isCut()).isTrue();
    }

    @Test
    void runsWithThreadsOfTheirOwnAreMeasuredByElapsedTime() {
        elapsedMillisPerRun = 7;

        CostCurve curve = measure(model(rows -> 1_000), cpu, 1, false, false, ONCE);

        assertThat(curve.points()).containsExactly(new CostCurve.Point(1, 7_000_000));
        assertThat(curve.isCpuTime()).isFalse();
    }

    @Test
    void withoutCpuTimeElapsedTimeCounts() {
        elapsedMillisPerRun = 7;

        CostCurve curve = measure(model(rows -> 1_000), new FakeCpuClock(false), 1, false, true, ONCE);

        assertThat(curve.isCpuTime()).isFalse();
    }

    @Test
    void modelThatFailsOnLargeRunsIsMeasuredBelow() {
        CostCurve curve = measure(failing(ErrorCode.MODEL_FAILED), 128, false, ONCE);

        assertThat(curve.points()).extracting(CostCurve.Point::rows).containsExactly(1, 2);
        assertThat(curve.isCut()).isFalse();
    }

    @Test
    void shortMemoryCutsTheCurve() {
        assertThat(measure(failing(ErrorCode.OVERLOADED), 128, false, ONCE).isCut())
                .isTrue();
    }

    private FakeServableModel failing(ErrorCode code) {
        return FakeServableModel.rowSums((inputs, outputs) -> {
            if (inputs.get(0).shape().dimension(0) > 2) {
                throw new InferenceException(code, "too many");
            }
            return Tensors.rowSums(pool, inputs);
        });
    }

    @Test
    void modelThatFailsAtOnceIsUnknown() {
        AtomicInteger run = new AtomicInteger();
        FakeServableModel model = FakeServableModel.rowSums((inputs, outputs) -> {
            if (run.getAndIncrement() > 0) {
                throw new IllegalStateException("a bug");
            }
            return Tensors.rowSums(pool, inputs);
        });

        CostCurve curve = measure(model, 128, false, ONCE);

        assertThat(curve.isKnown()).isFalse();
        assertThat(curve.reason()).startsWith("the model failed on made-up inputs: ");
    }

    @Test
    void stopsWhenToldTo() {
        FakeServableModel model = model(rows -> 1_000);
        ProbeRows rows =
                Objects.requireNonNull(new BatchProof(clock).rows(model).rows());

        assertThatThrownBy(() -> new CostProbe(clock, cpu)
                        .measure(new CostProbe.Target(model, rows, 1, 8, false, true), ONCE, () -> true))
                .isInstanceOf(CancellationException.class);
        assertThat(model.runs()).hasSize(1);
    }
}
