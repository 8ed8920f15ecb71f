package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"7ns,7", "250us,250000", "50ms,50000000", "1.5s,1500000000", "10m,600000000000", "2h,7200000000000"})
    void readsEachUnit(String text, long nanos) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1 s", "1d", "1e3s"})
    void rejectsEverythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessage("a duration must be a number and one of ns, us, ms, s, m, h, got '" + text + "'");
    }

    @Test
    void printsWithAFittingUnit() {
        assertThat(DurationText.ofNanos(512)).isEqualTo("512 ns");
        assertThat(DurationText.ofNanos(85_300)).isEqualTo("85.3 us");
        assertThat(DurationText.ofNanos(1_250_000)).isEqualTo("1.25 ms");
        assertThat(DurationText.ofNanos(2_500_000_000.0)).isEqualTo("2.50 s");
    }
}
