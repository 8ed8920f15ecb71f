package dev.sluice.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.loadtest.report.LineChart.Across;
import dev.sluice.loadtest.report.LineChart.Line;
import dev.sluice.loadtest.report.LineChart.Point;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineChartTest {
    @Test
    void drawsTitleUnitTicksLegendAndCurve() {
        String svg = new LineChart(
                        "Latency & more",
                        "ms",
                        false,
                        Across.seconds(10),
                        List.of(new Line("p50", List.of(new Point(0, 0), new Point(10, 100)))))
                .toSvg();

        assertThat(svg)
                .contains("Latency &amp; more", ">ms<", ">p50<", ">100<", ">10<")
                .contains("points=\"88.0,254.0 930.0,40.0 \"");
    }

    @Test
    void emptyChartHasAxesAndNoNonsense() {
        for (boolean logarithmic : new boolean[] {true, false}) {
            String svg =
                    new LineChart("t", "u", logarithmic, Across.seconds(0), List.of(new Line("l", List.of()))).toSvg();

            assertThat(svg).contains("class=\"grid\"").doesNotContain("NaN", "Infinity", "polyline");
        }
    }

    @Test
    void percentileAxisGivesEachNineTheSameWidth() {
        assertThat(Across.percentileX(90)).isCloseTo(1, within(1e-9));
        assertThat(Across.percentileX(99)).isCloseTo(2, within(1e-9));
        assertThat(Across.percentileX(100)).isCloseTo(5, within(1e-9));
        Across axis = Across.percentiles(99.95);
        assertThat(axis.ticks().stream().map(x -> axis.text().apply(x)))
                .containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %");
    }

    @Test
    void hasAtMostSixLines() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LineChart(
                        "t", "u", false, Across.seconds(1), Collections.nCopies(7, new Line("l", List.of()))))
                .withMessage("a chart must have at most 6 lines, got 7");
    }
}
