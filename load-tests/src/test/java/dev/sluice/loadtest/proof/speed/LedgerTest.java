package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.CannotMeasureException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    private GoalResult only(Goal goal, boolean timesAreJudged) {
        List<GoalResult> results = ledger.results(EnumSet.of(goal), timesAreJudged);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    @Test
    void judgesTheMedianOfTheRounds() {
        List.of(1.05, 1.2, 1.0, 1.1, 0.9).forEach(value -> ledger.add(Goal.MLP_CPU, value));

        GoalResult result = only(Goal.MLP_CPU, true);

        assertThat(result.judged()).isEqualTo(1.05);
        assertThat(result.quartiles()).isEqualTo(new Quartiles(1.0, 1.05, 1.1));
        assertThat(result.verdict()).isEqualTo(Verdict.MET);
    }

    @Test
    void judgesABoundWhereThereIsOne() {
        ledger.add(Goal.OPEN_LOOP_P99, 1.2);
        ledger.judgeBy(Goal.OPEN_LOOP_P99, 1.6);

        assertThat(only(Goal.OPEN_LOOP_P99, true).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void reducedRunJudgesOnlyWhatIsNoTime() {
        ledger.add(Goal.MLP_CPU, 9);
        ledger.add(Goal.EQUAL_MLP, 0.25);

        assertThat(only(Goal.MLP_CPU, false).verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(only(Goal.EQUAL_MLP, false).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void valueThatIsNoNumberMakesTheGoalNotMeasured() {
        ledger.add(Goal.IMAGE_CPU, 0.2);
        ledger.add(Goal.IMAGE_CPU, Double.NaN);

        GoalResult result = only(Goal.IMAGE_CPU, true);

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(result.note()).startsWith("a round gave no number");
    }

    @Test
    void onlyWhatTheGeneratorIsToBlameForIsTheMachinesFault() {
        ledger.fail(Goal.OPEN_LOOP_P99, new CannotMeasureException("late", true));
        ledger.fail(Goal.TREES_RATE, new CannotMeasureException("a request failed"));
        ledger.fail(Goal.TREES_RATE, new CannotMeasureException("late", true));

        assertThat(only(Goal.OPEN_LOOP_P99, true).verdict()).isEqualTo(Verdict.MACHINE_BUSY);
        assertThat(only(Goal.TREES_RATE, true)).isEqualTo(GoalResult.notMeasured(Goal.TREES_RATE, "a request failed"));
    }

    @Test
    void firstReasonIsKeptOnOneLine() {
        ledger.fail(Goal.TREES_RATE, "two\n  lines");
        ledger.fail(Goal.TREES_RATE, "later");

        assertThat(only(Goal.TREES_RATE, true).note()).isEqualTo("two lines");
    }

    @Test
    void goalWithoutARoundIsNotMeasured() {
        assertThat(only(Goal.START_UP, true)).isEqualTo(GoalResult.notMeasured(Goal.START_UP, "no round was finished"));
    }

    @Test
    void goalsThatNobodyAskedForHaveNoRow() {
        ledger.add(Goal.MLP_CPU, 1);

        assertThat(ledger.results(Set.of(), true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.10, 1.10", "40.0, 40", "0.00001, 1.0e-05", "12345, '12,345'", "0, 0", "12.34, 12.3", "-3.5, -3.50"})
    void numbersHaveAboutThreeDigits(double value, String text) {
        assertThat(Bar.number(value)).isEqualTo(text);
    }

    @Test
    void barPassesAtItsLimit() {
        assertThat(Bar.atMost(1.1, "").isMetBy(1.1)).isTrue();
        assertThat(Bar.atMost(1.1, "").isMetBy(1.11)).isFalse();
        assertThat(Bar.atLeast(16, "rows").isMetBy(16)).isTrue();
        assertThat(Bar.atLeast(16, "rows").isMetBy(15.9)).isFalse();
        assertThat(Bar.atLeast(16, "rows").text()).isEqualTo("≥ 16 rows");
    }
}
