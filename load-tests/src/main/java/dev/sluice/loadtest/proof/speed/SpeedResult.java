package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.ExitCode;
import java.time.Duration;
import java.util.List;

/**
 * Everything a run found.
 *
 * <p>Threading: immutable.
 *
 * @param loadBy name of the driver of the light requests
 * @param took how long the run was
 */
record SpeedResult(SpeedPlan plan, String loadBy, List<GoalResult> goals, List<Sample> samples, Duration took) {
    SpeedResult {
        goals = List.copyOf(goals);
        samples = List.copyOf(samples);
    }

    /** A missed goal counts more than one that was not measured; only a reduced run may leave goals unjudged. */
    ExitCode exitCode() {
        if (has(Verdict.MISSED)) {
            return ExitCode.GOAL_MISSED;
        }
        boolean unmeasured = has(Verdict.NOT_MEASURED) || has(Verdict.MACHINE_BUSY);
        boolean enough = plan.quick() || judged() == goals.size();
        return unmeasured || !enough ? ExitCode.NOT_MEASURED : ExitCode.OK;
    }

    /** True when nothing but the generator or its machine kept the run from measuring. */
    boolean isMachineBusy() {
        boolean others =
                has(Verdict.NOT_MEASURED) || (!plan.quick() && (has(Verdict.NOT_JUDGED) || has(Verdict.ELSEWHERE)));
        return exitCode() == ExitCode.NOT_MEASURED && has(Verdict.MACHINE_BUSY) && !others;
    }

    /** For example {@code ok (21 of 23 goals judged)}. */
    String words() {
        return exitCode().words() + " (" + judged() + " of " + goals.size() + " goals judged)";
    }

    /** Goals that are met or missed. */
    private long judged() {
        return goals.stream()
                .filter(goal -> goal.verdict() == Verdict.MET || goal.verdict() == Verdict.MISSED)
                .count();
    }

    private boolean has(Verdict verdict) {
        return goals.stream().anyMatch(goal -> goal.verdict() == verdict);
    }
}
