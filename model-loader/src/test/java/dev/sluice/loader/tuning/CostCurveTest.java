package dev.sluice.loader.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostCurveTest {
    private static CostCurve curve(String micros) {
        return Curves.micros(Arrays.stream(micros.split(" +", -1))
                .mapToDouble(Double::parseDouble)
                .toArray());
    }

    /** Microseconds of runs of 1, 2, 4, … rows, and the knee. */
    @ParameterizedTest
    @CsvSource({
        // The fixed cost dominates: every doubling pays.
        "4 4 4.5 5 6 8 13, 64",
        // Costs in proportion to rows: no batch is worth its wait.
        "100 200 400 800, 1",
        // A little at first, then the caches are full.
        "280 520 1040 2270, 2",
        "3860 6700 12580 25200 52000, 4",
        // Exactly 5 % is worth it.
        "210 400 800 1600, 2",
        // Slower with more rows.
        "10 30 90, 1",
        // One flat step in a curve that goes on rising.
        "4 4 4 8 8 16 32, 16",
        // One flat step that nothing makes up for.
        "4 8 15 30 60, 1",
        "7, 1"
    })
    void kneeIsTheLastSizeBeforeADoublingGainsNothing(String micros, int knee) {
        assertThat(curve(micros).knee()).isEqualTo(knee);
    }

    @ParameterizedTest
    @CsvSource({"4 4 4.5 5 6 8 13", "280 520 1040 2270", "4 4 4 8 8 16 32", "4 8 15 30 60", "1 3 2 9 4"})
    void noSmallerBatchIsFasterThanTheKnee(String micros) {
        CostCurve curve = curve(micros);

        for (CostCurve.Point point : curve.points()) {
            if (point.rows() < curve.knee()) {
                assertThat(point.rowsPerSecond()).isLessThan(curve.rowsPerSecond(curve.knee()));
            }
        }
    }

    @Test
    void costsBetweenMeasuredSizesLieOnALine() {
        CostCurve curve = Curves.micros(10, 12, 16, 24);

        assertThat(Stream.of(1, 2, 3, 4, 6, 8, 16).map(curve::runNanos))
                .containsExactly(10_000L, 12_000L, 14_000L, 16_000L, 20_000L, 24_000L, 48_000L);
    }

    @Test
    void nothingIsKnownWithoutPoints() {
        CostCurve curve = CostCurve.unknown("it would not run");

        assertThat(curve.isKnown()).isFalse();
        assertThat(curve.knee()).isZero();
        assertThat(curve.largestWithin(1)).isNull();
    }

    @Test
    void pointsAscendFromOneRow() {
        List<CostCurve.Point> points = List.of(new CostCurve.Point(2, 1));

        assertThatThrownBy(() -> new CostCurve(points, false, true, 1, 1, ""))
                .hasMessageStartingWith("rows must ascend from 1, got [");
    }

    @Test
    void anEmptyCurveSaysWhy() {
        assertThatThrownBy(() -> CostCurve.unknown(""))
                .hasMessage("a curve has either points or a reason, got [] and ");
    }
}
