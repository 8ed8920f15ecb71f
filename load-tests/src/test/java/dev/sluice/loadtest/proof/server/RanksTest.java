package dev.sluice.loadtest.proof.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RanksTest {
    @Test
    void aQuantileIsTheLeastValueThatTheShareDoesNotExceed() {
        List<Integer> sorted = List.of(1, 2, 3, 4);

        assertThat(Ranks.quantile(sorted, 0.5)).isEqualTo(2);
        assertThat(Ranks.quantile(sorted, 0.51)).isEqualTo(3);
        assertThat(Ranks.quantile(sorted, 1)).isEqualTo(4);
        assertThat(Ranks.quantile(sorted, 0.01)).isEqualTo(1);
    }

    @Test
    void theMedianOfTwoIsTheirMean() {
        assertThat(Ranks.median(List.of(1.0, 2.0))).isEqualTo(1.5);
        assertThat(Ranks.median(List.of(1.0, 2.0, 9.0))).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ranks.median(List.of()))
                .withMessage("a median needs at least one value, got none");
    }

    @Test
    void readsAMetricWithoutLabels() {
        PrometheusText page = new PrometheusText("sluice_ready 1\nsluice_ready_more 7\nother{a=\"b\"} 3\n");

        assertThat(page.value("sluice_ready")).isEqualTo(OptionalDouble.of(1));
        assertThat(page.value("other")).isEmpty();
    }
}
