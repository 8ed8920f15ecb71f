package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void quartilesLieBetweenTheSortedValues() {
        assertThat(Quartiles.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Quartiles(1.75, 2.5, 3.25));
        assertThat(Quartiles.of(List.of(5.0, 1.0, 2.0, 4.0, 3.0))).isEqualTo(new Quartiles(2, 3, 4));
    }

    @Test
    void oneValueIsAllItsQuartiles() {
        assertThat(Quartiles.of(List.of(1.5))).isEqualTo(new Quartiles(1.5, 1.5, 1.5));
    }

    @Test
    void nothingHasNoQuartiles() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quartiles.of(List.of()))
                .withMessage("quartiles need at least one value, got none");
    }

    @Test
    void boundOfEqualValuesIsThatValue() {
        assertThat(Bootstrap.medianUpperBound95(new double[] {1.2, 1.2, 1.2, 1.2}, 1))
                .isEqualTo(1.2);
    }

    @Test
    void boundLiesAboveTheMedianAndWithinTheValues() {
        double[] values = {1.0, 1.1, 0.9, 1.3, 1.2, 1.05, 0.95, 1.15, 1.0, 1.4, 0.8, 1.1, 1.0, 1.2, 1.25};

        double bound = Bootstrap.medianUpperBound95(values, 7);

        assertThat(bound).isGreaterThan(Quartiles.median(values)).isLessThan(1.4);
        assertThat(Bootstrap.medianUpperBound95(values, 7)).isEqualTo(bound);
    }

    @Test
    void oneOutlierDoesNotCarryTheBoundAway() {
        double[] values = {1, 1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1.02, 0.98, 1, 1.01, 0.99, 50};

        assertThat(Bootstrap.medianUpperBound95(values, 1)).isLessThan(1.05);
    }

    /* The median of 25 draws from a normal distribution around 0 has a standard deviation of about 1.25 / 5. */
    @Test
    void boundCoversTheTrueMedianInAboutNineteenOfTwentyTrials() {
        SplittableRandom random = new SplittableRandom(3);
        int covered = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            double[] values =
                    random.doubles(25).map(ignored -> random.nextGaussian()).toArray();
            covered += Bootstrap.medianUpperBound95(values, trial) >= 0 ? 1 : 0;
        }

        assertThat((double) covered / trials).isCloseTo(0.95, within(0.04));
    }
}
