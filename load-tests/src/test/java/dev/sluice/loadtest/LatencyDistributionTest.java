package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyDistributionTest {
    @Test
    void percentilesAreRightToATenthOfAPercent() {
        Histogram histogram = Tally.histogram();
        for (int i = 1; i <= 10_000; i++) {
            histogram.recordValue(i * 10_000L);
        }
        LatencyDistribution distribution = LatencyDistribution.of(histogram);

        assertThat(distribution.nanosAt(50)).isCloseTo(50_000_000, Percentage.withPercentage(0.1));
        assertThat(distribution.nanosAt(99.9)).isCloseTo(99_900_000, Percentage.withPercentage(0.1));
        assertThat(distribution.summary().maxNanos()).isCloseTo(100_000_000, Percentage.withPercentage(0.1));
    }

    @Test
    void curveRisesToTheHighestValue() {
        Histogram histogram = Tally.histogram();
        for (int i = 1; i <= 1000; i++) {
            histogram.recordValue(i * 1_000_000L);
        }
        List<LatencyDistribution.Point> curve =
                LatencyDistribution.of(histogram).curve();

        assertThat(curve).hasSizeBetween(20, 200);
        assertThat(curve.get(curve.size() - 1).percentile()).isEqualTo(100);
        assertThat(curve.stream().mapToLong(LatencyDistribution.Point::nanos)).isSorted();
    }

    @Test
    void nothingRecordedIsAllZero() {
        LatencyDistribution nothing = LatencyDistribution.of(Tally.histogram());

        assertThat(nothing.summary()).isEqualTo(new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(nothing.curve()).isEmpty();
    }
}
