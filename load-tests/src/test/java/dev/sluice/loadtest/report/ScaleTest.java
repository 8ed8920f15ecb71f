package dev.sluice.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @ParameterizedTest
    @CsvSource({"0,1", "0.7,0.8", "1,1", "7,8", "95,100", "101,150", "1234,1500"})
    void linearScaleEndsAtARoundNumber(double highest, double end) {
        assertThat(Scale.linear(highest).max()).isCloseTo(end, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0.3,40,0.2,50", "1,1000,1,1000", "5,5,5,50", "0,0,0.001,0.01"})
    void logarithmicScaleCoversTheValues(double low, double high, double min, double max) {
        Scale scale = Scale.logarithmic(low, high);

        assertThat(scale.min()).isCloseTo(min, within(min * 1e-6));
        assertThat(scale.max()).isCloseTo(max, within(max * 1e-6));
    }

    @Test
    void ticksAreRound() {
        assertThat(Scale.linear(95).ticks()).containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
        assertThat(Scale.logarithmic(1, 100).ticks()).hasSize(7).startsWith(1.0, 2.0, 5.0);
        assertThat(Scale.logarithmic(0.1, 9000).ticks()).hasSize(6);
    }

    @Test
    void sharesRunFromEndToEnd() {
        Scale scale = Scale.logarithmic(1, 100);

        assertThat(scale.share(10)).isCloseTo(0.5, within(1e-9));
        assertThat(scale.share(1e9)).isEqualTo(1);
        assertThat(scale.share(0)).isZero();
        assertThat(Scale.linear(0, 0).share(0)).isZero();
    }
}
