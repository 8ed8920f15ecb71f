package dev.sluice.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run saw.
 *
 * <p>Threading: immutable.
 *
 * @param plan what was to be done
 * @param sent requests whose intended time fell in the measured span; each has exactly one outcome
 * @param ok answers 200 to 299
 * @param errors other outcomes by HTTP status or kind (connect, timeout, reset, unsent); sums up to {@code sent - ok}
 * @param seconds real length of the measured span
 * @param okPerSecond successful answers that arrived within the span, per second
 * @param latency from the intended send time to the end of the answer; includes timeouts, no other failures
 * @param series one sample a second
 * @param health whether the generator kept up
 * @param serverCpuNanosPerRequest CPU time of the server process per request, or null when its pid is not known
 */
public record LoadResult(
        LoadPlan plan,
        long sent,
        long ok,
        Map<String, Long> errors,
        double seconds,
        double okPerSecond,
        LatencySummary latency,
        List<SecondSample> series,
        GeneratorHealth health,
        @Nullable Double serverCpuNanosPerRequest) {

    public LoadResult {
        errors = Map.copyOf(errors);
        series = List.copyOf(series);
    }

    /** Requests with any outcome but success. */
    public long failed() {
        return sent - ok;
    }

    /** Failed requests that the server has never seen, because the generator gave them up. */
    public long unsent() {
        return health.unsent();
    }

    /** Why the numbers are not to be trusted; empty when they are. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(health.complaints(plan.latenessP99Max()));
        if (sent == 0) {
            complaints.add("no request was due within the measured span");
        }
        return List.copyOf(complaints);
    }

    /** How the run did on each goal of its plan, in the plan's order. */
    public List<SloOutcome> sloOutcomes() {
        return plan.slos().stream().map(slo -> slo.judge(this)).toList();
    }

    /** The verdict: not measured when the generator was the bottleneck or nothing was answered, else by the goals. */
    public ExitCode exitCode() {
        if (!complaints().isEmpty()) {
            return ExitCode.NOT_MEASURED;
        }
        if (!sloOutcomes().stream().allMatch(SloOutcome::met)) {
            return ExitCode.GOAL_MISSED;
        }
        return ok == 0 ? ExitCode.NOT_MEASURED : ExitCode.OK;
    }
}
