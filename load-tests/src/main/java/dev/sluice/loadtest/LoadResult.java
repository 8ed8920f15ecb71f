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
 * @param total of all requests whose intended time fell in the measured span
 * @param targets of each target, in the plan's order
 * @param stages of each stage, in order; empty when there is one stage or none
 * @param series one sample a second
 * @param health whether the generator kept up
 * @param serverCpuNanosPerRequest CPU time of the server process per answer within the span, or null when its pid is not known
 * @param contentComplaint the first thing found wrong in an answer, or null
 */
public record LoadResult(
        LoadPlan plan,
        Totals total,
        List<Totals> targets,
        List<Totals> stages,
        List<SecondSample> series,
        GeneratorHealth health,
        @Nullable Double serverCpuNanosPerRequest,
        @Nullable String contentComplaint) {

    /** With more requests that found no connection, the server did not get the load that was planned. */
    private static final double UNCONNECTED_SHARE_MAX = 0.01;

    public LoadResult {
        targets = List.copyOf(targets);
        stages = List.copyOf(stages);
        series = List.copyOf(series);
    }

    /** Requests whose intended time fell in the measured span; each has exactly one outcome. */
    public long sent() {
        return total.sent();
    }

    /** Answers 200 to 299. */
    public long ok() {
        return total.ok();
    }

    /** Requests with any outcome but success. */
    public long failed() {
        return total.failed();
    }

    /** Failed requests that the generator gave up before it sent them. */
    public long unsent() {
        return health.unsent();
    }

    /** Failed requests that the server cannot be blamed for. */
    public long neverSent() {
        return total.neverSent();
    }

    /** Failed requests but those that the generator gave up, or sent with little of their time left. */
    public long failedAtServer() {
        return total.failed() - neverSent();
    }

    /** Other outcomes by HTTP status or kind; sums up to {@link #failed()}. */
    public Map<String, Long> errors() {
        return total.errors();
    }

    /** Length of the measured span. */
    public double seconds() {
        return total.seconds();
    }

    /** Successful answers that came within the span, whenever their requests were due, per second. */
    public double okPerSecond() {
        return total.okPerSecond();
    }

    /** From the intended send time to the end of the answer; includes timeouts, no other failures. */
    public LatencySummary latency() {
        return total.latency().summary();
    }

    /** What a goal is about: all requests, or those of a target. */
    Totals totals(@Nullable String target) {
        return target == null
                ? total
                : targets.stream()
                        .filter(each -> each.name().equals(target))
                        .findFirst()
                        .orElse(total);
    }

    /** Whether nothing but the generator or its machine is to blame: it was late or saturated, and the server failed nothing. */
    public boolean isMachineBusy() {
        return failedAtServer() == 0 && health.isBehind(plan.latenessP99Max());
    }

    /** Why the numbers are not to be trusted; empty when they are. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(health.complaints(plan.latenessP99Max()));
        long unconnected = total.unconnected();
        if (unconnected > sent() * UNCONNECTED_SHARE_MAX) {
            complaints.add(unconnected + " requests waited for one of the " + plan.connectionsMax()
                    + " connections for most of their time or all of it; lower the rate or raise --connections");
        }
        if (sent() == 0) {
            complaints.add("no request was due within the measured span");
        }
        return List.copyOf(complaints);
    }

    /** How the run did on each goal of its plan, in the plan's order. */
    public List<SloOutcome> sloOutcomes() {
        return plan.slos().stream().map(slo -> slo.judge(this)).toList();
    }

    /**
     * What the run says about one of its goals.
     *
     * <p>A goal that was missed counts only when it would have been missed without the generator's own delays. One that was
     * met counts when the generator kept up, or was merely late, because latencies include that. Otherwise nothing was
     * measured.
     */
    public ExitCode verdict(SloOutcome outcome) {
        if (!outcome.met()) {
            return outcome.certain() ? ExitCode.GOAL_MISSED : ExitCode.NOT_MEASURED;
        }
        return ok() > 0 && (complaints().isEmpty() || isMerelyLate()) ? ExitCode.OK : ExitCode.NOT_MEASURED;
    }

    private boolean isMerelyLate() {
        return complaints().size() == 1 && health.isMerelyLate(plan.latenessP99Max());
    }

    /** The verdict: of all goals the worst, a missed one before one that was not measured. */
    public ExitCode exitCode() {
        List<ExitCode> verdicts = sloOutcomes().stream().map(this::verdict).toList();
        if (verdicts.contains(ExitCode.GOAL_MISSED)) {
            return ExitCode.GOAL_MISSED;
        }
        boolean measured =
                verdicts.isEmpty() ? ok() > 0 && complaints().isEmpty() : !verdicts.contains(ExitCode.NOT_MEASURED);
        return measured ? ExitCode.OK : ExitCode.NOT_MEASURED;
    }
}
