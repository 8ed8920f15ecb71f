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

    /** A missed goal counts more than one that was not measured. */
    ExitCode exitCode() {
        if (goals.stream().anyMatch(goal -> goal.verdict() == Verdict.MISSED)) {
            return ExitCode.GOAL_MISSED;
        }
        boolean measured = goals.stream().allMatch(goal -> goal.verdict() != Verdict.NOT_MEASURED);
        return measured ? ExitCode.OK : ExitCode.NOT_MEASURED;
    }
}
