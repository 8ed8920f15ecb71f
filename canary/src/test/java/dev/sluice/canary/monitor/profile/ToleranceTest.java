package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToleranceTest {
    @ParameterizedTest
    @CsvSource({
        "100, 111, true",
        "100, 111.1, false",
        "-100, -111, true",
        "0, 1, true",
        "0, -1.001, false",
        "NaN, NaN, true",
        "NaN, 0, false",
        "0, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false",
        "Infinity, 1e300, false",
        "1e300, Infinity, false",
        "0, -0.0, true"
    })
    void allowsAPartOfTheExpectedValueAndAnAbsoluteAmount(double expected, double actual, boolean accepted) {
        assertThat(new Tolerance(0.1, 1).accepts(expected, actual)).isEqualTo(accepted);
    }

    @Test
    void zeroAllowsEqualNumbersOnly() {
        assertThat(new Tolerance(0, 0).accepts(1, 1)).isTrue();
        assertThat(new Tolerance(0, 0).accepts(1, Math.nextUp(1.0))).isFalse();
    }

    @Test
    void refusesBoundsThatAllowNothingOrEverything() {
        assertThatThrownBy(() -> new Tolerance(Double.NaN, 0))
                .hasMessage("rtol must be a finite number of 0 or greater, got NaN");
        assertThatThrownBy(() -> new Tolerance(0, Double.POSITIVE_INFINITY))
                .hasMessage("atol must be a finite number of 0 or greater, got Infinity");
    }
}
