package dev.sluice.loadtest.proof.speed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of goals.
 *
 * <p>Threading: immutable.
 *
 * @param rounds the value of each round, in order; empty when nothing was measured
 * @param quartiles of them, or null
 * @param judged the value that the bar is held against: the median, or a bound of it; null when nothing was measured
 * @param note what a reader has to know beside the numbers; may be empty
 */
record GoalResult(
        Goal goal,
        List<Double> rounds,
        @Nullable Quartiles quartiles,
        @Nullable Double judged,
        Verdict verdict,
        String note) {
    GoalResult {
        rounds = List.copyOf(rounds);
    }

    static GoalResult measured(
            Goal goal, List<Double> rounds, @Nullable Double bound, boolean timesAreJudged, String note) {
        Quartiles quartiles = Quartiles.of(rounds);
        double judged = bound == null ? quartiles.median() : bound;
        Verdict verdict = !timesAreJudged && !goal.isTimeless()
                ? Verdict.NOT_JUDGED
                : goal.bar().isMetBy(judged) ? Verdict.MET : Verdict.MISSED;
        return new GoalResult(goal, rounds, quartiles, judged, verdict, note);
    }

    static GoalResult elsewhere(Goal goal, String where) {
        return new GoalResult(goal, List.of(), null, null, Verdict.ELSEWHERE, where);
    }

    static GoalResult machineBusy(Goal goal, String why) {
        return new GoalResult(goal, List.of(), null, null, Verdict.MACHINE_BUSY, why);
    }

    static GoalResult notMeasured(Goal goal, String why) {
        return new GoalResult(goal, List.of(), null, null, Verdict.NOT_MEASURED, why);
    }
}
