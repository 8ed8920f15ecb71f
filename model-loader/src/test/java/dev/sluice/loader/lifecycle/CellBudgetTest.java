package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.LengthConfig;
import dev.sluice.loader.repository.PaddingConfig;
import dev.sluice.loader.tuning.CostCurve;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.verify.BatchLevel;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.PaddingVerdict;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CellBudgetTest {
    private static final List<TensorSpec> TEXT = List.of(new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1)));
    private static final List<TensorSpec> SOUND = List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, -1)));
    private static final List<TensorSpec> FIXED = List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 16)));

    private static CellBudget budget(List<TensorSpec> inputs) {
        return budget(inputs, 0, 0);
    }

    private static CellBudget budget(List<TensorSpec> inputs, int maxRows, int cellsMax) {
        PaddingVerdict padding = new PaddingVerdict(null, 0, 0, 0, "");
        return CellBudget.of(
                inputs,
                new BatchVerdict(BatchLevel.EXACT, 32, 0, 0, "", padding),
                new BatchingConfig(
                        BatchingConfig.Mode.AUTO,
                        maxRows,
                        10,
                        1000,
                        BatchingConfig.Execution.AUTO,
                        0,
                        new LengthConfig(cellsMax, 0.25, PaddingConfig.AUTO)));
    }

    /** A choice of {@code maxRows} after measuring rows of length 32; costs in microseconds of 1, 2, 4, … rows. */
    private static Tuning tuning(int maxRows, Set<Tuning.Choice> configured, long... micros) {
        return tuning(Tuning.Execution.QUEUED, maxRows, configured, micros);
    }

    private static Tuning tuning(
            Tuning.Execution execution, int maxRows, Set<Tuning.Choice> configured, long... micros) {
        List<CostCurve.Point> points = new ArrayList<>();
        for (int i = 0; i < micros.length; i++) {
            points.add(new CostCurve.Point(1 << i, micros[i] * 1000));
        }
        CostCurve curve = new CostCurve(points, false, true, 32, 256, points.isEmpty() ? "unknown" : "");
        return new Tuning(curve, execution, maxRows, 2, 1_000_000, configured, "", Instant.EPOCH);
    }

    /** The knee is at 4 rows. */
    private static Tuning measured() {
        return tuning(4, Set.of(), 1000, 1200, 1600, 3200);
    }

    /** Every doubling was still a gain when measuring ended. */
    private static Tuning stillGaining() {
        return tuning(8, Set.of(), 1000, 1010, 1020, 1030);
    }

    @Test
    void rowsOfAFixedShapeAreBoundedByRowsAlone() {
        assertThat(budget(FIXED, 0, 100).cellsMax(measured())).isZero();
        assertThat(budget(FIXED).rowsMax(measured())).isEqualTo(4);
    }

    @Test
    void theChoiceForOneLengthBoundsTheCellsOfAll() {
        assertThat(budget(TEXT).cellsMax(measured())).isEqualTo(4 * 32);
        assertThat(budget(SOUND).cellsMax(measured())).isEqualTo(4 * 32);
    }

    @Test
    void shorterRowsMayBeMoreThanWereChosen() {
        assertThat(budget(TEXT).rowsMax(measured())).isEqualTo(128);
    }

    @Test
    void whatIsConfiguredHolds() {
        assertThat(budget(TEXT, 0, 700).cellsMax(measured())).isEqualTo(700);
        assertThat(budget(TEXT, 16, 0).rowsMax(tuning(16, Set.of(), 1000, 1200, 1600, 3200)))
                .isEqualTo(16);
    }

    @Test
    void whatALoopRunsItselfStaysAsShortAsItWasMeasured() {
        Tuning inline = tuning(Tuning.Execution.INLINE, 8, Set.of(), 10, 12, 16, 24);

        assertThat(budget(TEXT, 0, 4096).cellsMax(inline)).isEqualTo(8 * 32);
        assertThat(budget(TEXT, 0, 100).cellsMax(inline)).isEqualTo(100);
    }

    /** They were measured at a small size, and may come at any. */
    @Test
    void unboundedSizesThatAreNotTextAreFewARun() {
        Tuning many = tuning(128, Set.of(), 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070);

        assertThat(budget(SOUND).cellsMax(many)).isZero();
        assertThat(budget(SOUND).rowsMax(many)).isEqualTo(32);
        assertThat(budget(FIXED).rowsMax(many)).isEqualTo(128);
    }

    /** Sixteen rows are configured, but the curve says that four of length 32 are worth it. */
    @Test
    void configuredRowsSayNothingAboutCells() {
        Tuning configured = tuning(16, Set.of(Tuning.Choice.MAX_BATCH_SIZE), 1000, 1200, 1600, 3200, 6400);

        assertThat(budget(TEXT, 16, 0).cellsMax(configured)).isEqualTo(4 * 32);
    }

    @Test
    void anUnknownKneeBoundsOnlyText() {
        assertThat(budget(TEXT).cellsMax(stillGaining())).isEqualTo(256);
        assertThat(budget(SOUND).cellsMax(stillGaining())).isZero();
        assertThat(budget(SOUND).rowsMax(stillGaining())).isEqualTo(8);
    }

    @Test
    void textThatCouldNotBeMeasuredIsBounded() {
        assertThat(budget(TEXT).cellsMax(tuning(32, Set.of()))).isEqualTo(256);
        assertThat(budget(SOUND).cellsMax(tuning(32, Set.of()))).isZero();
    }

    @Test
    void theLineForOperatorsNamesTheCells() {
        assertThat(budget(TEXT).describe(measured())).endsWith(", lengths vary: at most 128 cells");
        assertThat(budget(FIXED).describe(measured())).isEqualTo(measured().describe());
    }
}
