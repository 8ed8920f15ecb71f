package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateProfileTest {
    private static final RateProfile UP_AND_ON =
            RateProfile.of(Stage.parseAll("100x10s,100..300x10s,300x5s"), Duration.ZERO);

    @Test
    void arrivalsFollowTheAreaUnderTheRate() {
        assertThat(UP_AND_ON.nanosAt(500)).isCloseTo(5e9, within(1.0));
        assertThat(UP_AND_ON.nanosAt(1000)).isCloseTo(10e9, within(1.0));
        assertThat(UP_AND_ON.nanosAt(3000)).as("1000 + 10 s at 200 on average").isCloseTo(20e9, within(10.0));
        assertThat(UP_AND_ON.nanosAt(1750))
                .as("5 s into the ramp: 500 + 20/2 * 25")
                .isCloseTo(15e9, within(10.0));
        assertThat(UP_AND_ON.nanosAt(4500)).isCloseTo(25e9, within(10.0));
    }

    @Test
    void lastRateGoesOn() {
        assertThat(UP_AND_ON.nanosAt(4500 + 300)).isCloseTo(26e9, within(10.0));
    }

    @Test
    void timesNeverGoBack() {
        double before = -1;
        for (double count = 0; count < 6000; count += 0.37) {
            double nanos = UP_AND_ON.nanosAt(count);
            assertThat(nanos).isGreaterThanOrEqualTo(before);
            before = nanos;
        }
    }

    @Test
    void rampsMayBeginAndEndAtZero() {
        RateProfile hill = RateProfile.of(Stage.parseAll("0..100x10s,100..0x10s"), Duration.ZERO);

        assertThat(hill.nanosAt(0)).isZero();
        assertThat(hill.nanosAt(500)).isCloseTo(10e9, within(10.0));
        assertThat(hill.nanosAt(875)).as("half way down: 500 + 375").isCloseTo(15e9, within(100.0));
        assertThat(hill.nanosAt(1001)).isGreaterThan(20e9);
    }

    @Test
    void warmupRunsAtTheFirstRate() {
        RateProfile profile = RateProfile.of(Stage.parseAll("50x10s"), Duration.ofSeconds(2));

        assertThat(profile.nanosAt(100)).isCloseTo(2e9, within(1.0));
        assertThat(profile.nanosAt(150)).isCloseTo(3e9, within(1.0));
    }

    @Test
    void poissonArrivalsOfARampHaveItsCounts() {
        ArrivalSchedule schedule = ArrivalSchedule.poisson(UP_AND_ON, 1, new SplittableRandom(4));
        int flat = 0;
        int ramp = 0;
        for (long nanos = schedule.nextNanos(); nanos < 20_000_000_000L; nanos = schedule.nextNanos()) {
            if (nanos < 10_000_000_000L) {
                flat++;
            } else {
                ramp++;
            }
        }

        assertThat(flat).isCloseTo(1000, within(130));
        assertThat(ramp).isCloseTo(2000, within(180));
    }

    @Test
    void stagesSayThemselvesInWords() {
        assertThat(Stage.parseAll("100x10s, 100.5..2000x1.5m"))
                .isEqualTo(List.of(
                        new Stage(100, 100, Duration.ofSeconds(10)), new Stage(100.5, 2000, Duration.ofSeconds(90))))
                .asString()
                .isEqualTo("[100/s for 10 s, 100.5..2000/s for 90 s]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "x10s", "100x", "100x0s", "0x10s", "2000000x10s", "-1x1s", "1..x1s", "1x1s,"})
    void rejectsWhatIsNoStage(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Stage.parseAll(text));
    }

    @Test
    void stageClockKnowsTheStageOfATime() {
        StageClock clock = new StageClock(Stage.parseAll("1x1s,1x2s"));

        assertThat(clock.indexAt(999_999_999)).isZero();
        assertThat(clock.indexAt(1_000_000_000)).isEqualTo(1);
        assertThat(clock.indexAt(9_000_000_000L)).isEqualTo(1);
    }
}
