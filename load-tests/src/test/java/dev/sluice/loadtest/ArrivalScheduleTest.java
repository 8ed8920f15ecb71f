package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {
    @Test
    void constantArrivalsHaveEqualGapsWithoutDrift() {
        ArrivalSchedule schedule = ArrivalSchedule.constant(RateProfile.steady(3), 0, 1);

        long[] times = take(schedule, 3_000_001);

        assertThat(times[1]).isEqualTo(333_333_333L);
        assertThat(times[3_000_000]).isCloseTo(1_000_000_000_000_000L, within(1_000L));
    }

    @Test
    void loopsTakeTurnsInAConstantRate() {
        ArrivalSchedule first = ArrivalSchedule.constant(RateProfile.steady(1000), 0, 2);
        ArrivalSchedule second = ArrivalSchedule.constant(RateProfile.steady(1000), 1, 2);

        assertThat(take(first, 3)).containsExactly(0, 2_000_000, 4_000_000);
        assertThat(take(second, 3)).containsExactly(1_000_000, 3_000_000, 5_000_000);
    }

    @Test
    void poissonArrivalsRepeatWithTheirSeed() {
        long[] one = take(ArrivalSchedule.poisson(RateProfile.steady(500), 1, new SplittableRandom(7)), 1000);
        long[] same = take(ArrivalSchedule.poisson(RateProfile.steady(500), 1, new SplittableRandom(7)), 1000);
        long[] other = take(ArrivalSchedule.poisson(RateProfile.steady(500), 1, new SplittableRandom(8)), 1000);

        assertThat(one).isEqualTo(same).isNotEqualTo(other).isSorted();
    }

    @Test
    void poissonGapsAreExponential() {
        int count = 200_000;
        long[] times = take(ArrivalSchedule.poisson(RateProfile.steady(1000), 1, new SplittableRandom(1)), count);

        double[] gaps = new double[count - 1];
        Arrays.setAll(gaps, i -> times[i + 1] - times[i]);
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance = Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow();
        long longerThanMean = Arrays.stream(gaps).filter(gap -> gap > 1e6).count();

        assertThat(mean).isCloseTo(1e6, within(1e4));
        assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.02));
        assertThat(longerThanMean / (double) count).isCloseTo(Math.exp(-1), within(0.01));
    }

    @Test
    void poissonLoopsShareTheRate() {
        long[] times = take(ArrivalSchedule.poisson(RateProfile.steady(1000), 4, new SplittableRandom(1)), 100_000);

        assertThat(times[99_999] / 1e9).isCloseTo(400, within(6.0));
    }

    private static long[] take(ArrivalSchedule schedule, int count) {
        return LongStream.generate(schedule::nextNanos).limit(count).toArray();
    }
}
