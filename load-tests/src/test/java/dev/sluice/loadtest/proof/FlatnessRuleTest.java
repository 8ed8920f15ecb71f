package dev.sluice.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlatnessRuleTest {
    private static final double MEBIBYTE = 1 << 20;
    private static final int SECONDS = 600;

    private final FlatnessRule rule = FlatnessRule.forDuration(Duration.ofSeconds(SECONDS));

    /** Each curve is in MiB over seconds of a run of ten minutes; 3 % of 500 MiB are 15, so 16 MiB decide. */
    static Stream<Arguments> curves() {
        SplittableRandom random = new SplittableRandom(3);
        return Stream.of(
                curve("level", true, t -> 500),
                curve("noise", true, t -> 500 + 60 * (random.nextDouble() - 0.5)),
                curve("growth while it warms up", true, t -> t < 190 ? t : 190),
                curve("growth of 15 MiB", true, t -> 500 + t * 15 / SECONDS),
                curve("growth of 18 MiB", false, t -> 500 + t * 18 / SECONDS),
                curve("growth of 2 % of much", true, t -> 2000 * (1 + 0.02 * t / SECONDS)),
                curve("growth of 4 % of much", false, t -> 2000 * (1 + 0.04 * t / SECONDS)),
                curve("growth in noise", false, t -> 500 + t * 60 / SECONDS + 40 * (random.nextDouble() - 0.5)),
                curve("shrinking", true, t -> 800 - t),
                curve("a fifth of outliers", true, t -> ((int) t) % 5 == 0 ? 5000 * (t / SECONDS) : 500),
                curve("steps that go on", false, t -> 500 + 10 * Math.floor(t / 60)),
                curve("a peak that goes away", true, t -> t > 250 && t < 300 ? 900 : 500));
    }

    private static Arguments curve(String name, boolean flat, DoubleUnaryOperator mebibytes) {
        return Arguments.of(name, flat, mebibytes);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("curves")
    void tellsGrowthFromNoise(String name, boolean flat, DoubleUnaryOperator mebibytes) {
        Flatness found = rule.judge("resident", seconds(SECONDS), bytes(SECONDS, mebibytes));

        assertThat(found.isFlat()).as(name + ": " + found).isEqualTo(flat);
        assertThat(found.judged()).isTrue();
    }

    @Test
    void projectsTheSlopeOverTheWholeRun() {
        Flatness found = rule.judge("resident", seconds(SECONDS), bytes(SECONDS, t -> 500 + t * 18 / SECONDS));

        assertThat(found.growthBytes() / MEBIBYTE).isCloseTo(18, within(0.1));
        assertThat(found.limitBytes() / MEBIBYTE).isCloseTo(16, within(0.1));
    }

    @Test
    void shortRunsHaveWiderLimits() {
        assertThat(FlatnessRule.forDuration(Duration.ofSeconds(20))).isEqualTo(new FlatnessRule(0.10, 64L << 20));
        assertThat(FlatnessRule.forDuration(Duration.ofMinutes(5))).isEqualTo(new FlatnessRule(0.03, 16L << 20));
    }

    @Test
    void longRunsAreThinnedAndJudgedTheSame() {
        int seconds = 30_000;
        Flatness found = rule.judge("resident", seconds(seconds), bytes(seconds, t -> 500 + t * 18 / seconds));

        assertThat(found.points()).isEqualTo(20_000);
        assertThat(found.growthBytes() / MEBIBYTE).isCloseTo(18, within(0.1));
    }

    @Test
    void sawToothOfTheHeapIsFlatWhileItsLowPointsAre() {
        double[] bytes = bytes(SECONDS, t -> 50 + (t % 7) * 20);

        Flatness found = rule.judgeHeap("heap", seconds(SECONDS), bytes);

        assertThat(found.isFlat()).isTrue();
        assertThat(found.medianBytes() / MEBIBYTE).isCloseTo(50, within(0.1));
    }

    @Test
    void risingLowPointsOfTheHeapAreALeak() {
        double[] bytes = bytes(SECONDS, t -> 50 + (t % 7) * 20 + t * 0.1);

        Flatness found = rule.judgeHeap("heap", seconds(SECONDS), bytes);

        assertThat(found.isFlat()).isFalse();
        assertThat(found.growthBytes() / MEBIBYTE).isCloseTo(60, within(3.0));
    }

    @Test
    void heapWithoutCollectionsIsNotJudged() {
        Flatness found = rule.judgeHeap("heap", seconds(SECONDS), bytes(SECONDS, t -> 50 + t));

        assertThat(found).isEqualTo(Flatness.notJudged("heap", 0));
        assertThat(found.isFlat()).isTrue();
    }

    @Test
    void tooFewSamplesAreNotJudged() {
        assertThat(rule.judge("resident", seconds(4), bytes(4, t -> t)).judged())
                .isFalse();
        assertThat(rule.judge("resident", new double[0], new double[0]).judged())
                .isFalse();
    }

    @Test
    void medianOfPairSlopesIgnoresOutliers() {
        double[] x = {0, 1, 2, 3, 4};

        assertThat(TheilSen.slope(x, new double[] {0, 2, 4, 6, 8})).isEqualTo(2);
        assertThat(TheilSen.slope(x, new double[] {0, 2, 999, 6, 8})).isEqualTo(2);
        assertThat(TheilSen.slope(new double[] {1}, new double[] {5})).isZero();
    }

    private static double[] seconds(int count) {
        double[] seconds = new double[count];
        Arrays.setAll(seconds, i -> i);
        return seconds;
    }

    private static double[] bytes(int count, DoubleUnaryOperator mebibytes) {
        double[] bytes = new double[count];
        Arrays.setAll(bytes, i -> mebibytes.applyAsDouble(i) * MEBIBYTE);
        return bytes;
    }
}
