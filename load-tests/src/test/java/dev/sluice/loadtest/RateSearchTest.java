package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

/** The search against servers that are functions: what a run at some rate comes to. */
class RateSearchTest {
    private static final LoadPlan PLAN =
            LoadFixtures.plan().slo(Slo.parse("errors=0")).build();
    private static final LoadResult MET = LoadFixtures.result(PLAN, 10, 10, LoadFixtures.healthy());
    private static final LoadResult MISSED = LoadFixtures.result(PLAN, 10, 9, LoadFixtures.healthy());
    private static final LoadResult NOT_MEASURED =
            LoadFixtures.result(PLAN, 10, 10, new GeneratorHealth(LoadFixtures.distribution(10, 0), 0.99, 0, 8_000, 0));

    private final List<SearchStep> printed = new ArrayList<>();
    private final List<Duration> durations = new ArrayList<>();

    private SearchResult search(double low, double high, DoubleFunction<LoadResult> server) throws Exception {
        SearchPlan plan = new SearchPlan(low, high, 0.05, Duration.ofSeconds(10));
        return new RateSearch(
                        plan,
                        (perSecond, duration) -> {
                            durations.add(duration);
                            return server.apply(perSecond);
                        },
                        printed::add)
                .run();
    }

    @Test
    void findsTheHighestRateWithinTheResolution() throws Exception {
        for (double capacity : new double[] {11, 123, 1234, 9876, 54_321}) {
            SearchResult result = search(10, 100_000, rate -> rate <= capacity ? MET : MISSED);

            assertThat(result.ending()).isEqualTo(SearchResult.Ending.FOUND);
            assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(result.ratePerSecond()).isBetween(capacity / 1.06, capacity);
        }
    }

    @Test
    void tellsEachStepAndConfirmsTheLastTwiceAsLong() throws Exception {
        SearchResult result = search(100, 1000, rate -> rate <= 350 ? MET : MISSED);

        assertThat(printed).isEqualTo(result.steps());
        SearchStep last = printed.get(printed.size() - 1);
        assertThat(last.purpose()).isEqualTo(SearchStep.Purpose.CONFIRM);
        assertThat(last.perSecond()).isEqualTo(result.ratePerSecond());
        assertThat(durations.get(durations.size() - 1)).isEqualTo(Duration.ofSeconds(20));
        assertThat(result.shown()).isSameAs(last.result());
    }

    /** Its p99 is 20 ms, the generator was late by 4 ms: less than twice that above the goal. */
    @Test
    void aMissNextToTheGoalIsTheServersWhileTheGeneratorKeepsUp() throws Exception {
        LoadPlan strict = LoadFixtures.plan().slo(Slo.parse("p99=15ms")).build();
        LoadResult narrow = LoadFixtures.result(strict, 10, 10, LoadFixtures.late(4_000_000));
        assertThat(narrow.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);

        assertThat(search(100, 800, rate -> rate <= 350 ? MET : narrow).ending())
                .isEqualTo(SearchResult.Ending.FOUND);
        assertThat(search(100, 800, rate -> narrow).ending()).isEqualTo(SearchResult.Ending.NOT_MEASURED);
    }

    @Test
    void oneDisturbanceDoesNotEndTheSearch() throws Exception {
        SearchResult result = search(100, 100_000, rate -> printed.size() == 1 || rate > 5000 ? MISSED : MET);

        assertThat(result.ratePerSecond()).isBetween(4700.0, 5000.0);
        assertThat(printed.get(2).purpose()).isEqualTo(SearchStep.Purpose.REPEAT);
    }

    @Test
    void luckThatDoesNotLastIsTakenBack() throws Exception {
        SearchResult result = search(
                100, 800, rate -> durations.get(durations.size() - 1).toSeconds() == 10 && rate <= 500 ? MET : MISSED);

        assertThat(result.ending()).isEqualTo(SearchResult.Ending.NOT_CONFIRMED);
        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(result.ratePerSecond()).isNull();
        assertThat(printed.stream().filter(step -> step.purpose() == SearchStep.Purpose.CONFIRM))
                .hasSize(5);
    }

    @Test
    void aLowerRateIsConfirmedWhenTheHighestIsNot() throws Exception {
        SearchResult result = search(
                100,
                800,
                rate -> rate <= 470
                                || (rate <= 500
                                        && durations.get(durations.size() - 1).toSeconds() == 10)
                        ? MET
                        : MISSED);

        assertThat(result.ending()).isEqualTo(SearchResult.Ending.FOUND);
        assertThat(result.ratePerSecond()).isBetween(430.0, 470.0);
    }

    @Test
    void stopsAtTheUpperBound() throws Exception {
        SearchResult result = search(100, 500, rate -> MET);

        assertThat(result.ending()).isEqualTo(SearchResult.Ending.UPPER_BOUND);
        assertThat(result.ratePerSecond()).isEqualTo(500);
        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void saysWhenAlreadyTheLowestRateMisses() throws Exception {
        SearchResult result = search(100, 500, rate -> MISSED);

        assertThat(result.ending()).isEqualTo(SearchResult.Ending.LOWER_BOUND);
        assertThat(result.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(result.steps()).hasSize(2);
    }

    @Test
    void aGeneratorThatIsTheBottleneckIsNoMissedGoal() throws Exception {
        SearchResult atOnce = search(100, 500, rate -> NOT_MEASURED);
        SearchResult later = search(100, 5000, rate -> rate <= 1000 ? MET : NOT_MEASURED);

        assertThat(atOnce.ending()).isEqualTo(SearchResult.Ending.NOT_MEASURED);
        assertThat(atOnce.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(later.ending()).isEqualTo(SearchResult.Ending.GENERATOR);
        assertThat(later.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(later.ratePerSecond()).isBetween(940.0, 1000.0);
    }

    @Test
    void boundsAndResolutionHaveLimits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SearchPlan(0, 10, 0.05, Duration.ofSeconds(1)))
                .withMessage("the rates to search must be above 0, go up, and be at most 1000000, got 0.0..10.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SearchPlan(1, 10, 0.001, Duration.ofSeconds(1)))
                .withMessage("resolution must be between 0.5 and 100 percent, got 0.1");
    }
}
