package dev.sluice.canary.inputlog.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class LatencySketchTest {
    @Test
    void isWithinOnePercentOfTheQuantiles() {
        LatencySketch sketch = new LatencySketch();
        for (int i = 1; i <= 100_000; i++) {
            sketch.add(i * 1_000L, 1);
        }

        assertThat(sketch.quantile(0.5)).isCloseTo(50_000_000L, withinPercentage(1));
        assertThat(sketch.quantile(0.99)).isCloseTo(99_000_000L, withinPercentage(1));
        assertThat(sketch.quantile(1)).isCloseTo(100_000_000L, withinPercentage(1));
        assertThat(sketch.max()).isEqualTo(100_000_000L);
    }

    @Test
    void countsWeightsAndNotRecords() {
        LatencySketch sketch = new LatencySketch();
        sketch.add(1_000_000, 1);
        sketch.add(1_000_000, 1);
        sketch.add(9_000_000, 8);

        assertThat(sketch.quantile(0.5)).isCloseTo(9_000_000L, withinPercentage(1));
    }

    @Test
    void holdsTheSmallestAndTheLargest() {
        LatencySketch sketch = new LatencySketch();
        sketch.add(0, 1);
        sketch.add(Long.MAX_VALUE, 1);

        assertThat(sketch.quantile(0.5)).isZero();
        assertThat(sketch.quantile(1)).isCloseTo(Long.MAX_VALUE, withinPercentage(1));
        assertThat(new LatencySketch().quantile(0.5)).isZero();
    }
}
