package dev.sluice.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the highest rate that still meets the goals.
 *
 * <p>The rate is doubled until a step does not meet them, then the bracket is halved on a logarithmic scale until it is
 * narrow enough, then the rate is confirmed by a run of twice the length; a rate that fails there is lowered, by
 * one resolution, then by two, four and eight, and confirmed again. A step that does not meet the goals is repeated once, because one
 * disturbance of a busy machine must not end the search; the confirmation is what keeps luck out.
 *
 * <p>Threading: confined to the calling thread, which it blocks.
 */
final class RateSearch {
    private static final int CONFIRMATIONS_MAX = 5;

    /** Runs a step. */
    interface Probe {
        LoadResult run(double perSecond, Duration duration) throws CannotMeasureException, InterruptedException;
    }

    private final SearchPlan plan;
    private final Probe probe;
    private final Consumer<SearchStep> progress;
    private final List<SearchStep> steps = new ArrayList<>();

    RateSearch(SearchPlan plan, Probe probe, Consumer<SearchStep> progress) {
        this.plan = plan;
        this.probe = probe;
        this.progress = progress;
    }

    SearchResult run() throws CannotMeasureException, InterruptedException {
        double best = 0;
        double rate = plan.lowPerSecond();
        SearchStep step = tried(rate);
        while (step.isMet()) {
            best = rate;
            if (rate >= plan.highPerSecond()) {
                return confirmed(best, SearchResult.Ending.UPPER_BOUND);
            }
            rate = Math.min(plan.highPerSecond(), rate * 2);
            step = tried(rate);
        }
        if (best == 0) {
            return result(
                    step.verdict() == ExitCode.GOAL_MISSED
                            ? SearchResult.Ending.LOWER_BOUND
                            : SearchResult.Ending.NOT_MEASURED,
                    null);
        }
        double beyond = rate;
        while (beyond / best > 1 + plan.resolution()) {
            double middle = rounded(Math.sqrt(best * beyond));
            if (middle <= best || middle >= beyond) {
                break;
            }
            SearchStep tried = tried(middle);
            if (tried.isMet()) {
                best = middle;
            } else {
                beyond = middle;
                step = tried;
            }
        }
        return confirmed(best, endingAt(step));
    }

    private static SearchResult.Ending endingAt(SearchStep beyond) {
        return beyond.isServerBound() ? SearchResult.Ending.FOUND : SearchResult.Ending.GENERATOR;
    }

    /** A rate of three significant digits, which people can read; the resolution is coarser than that. */
    private static double rounded(double perSecond) {
        double unit = Math.pow(10, Math.floor(Math.log10(perSecond)) - 2);
        return Math.rint(perSecond / unit) * unit;
    }

    private SearchStep tried(double perSecond) throws CannotMeasureException, InterruptedException {
        SearchStep step = step(perSecond, SearchStep.Purpose.PROBE, plan.stepDuration());
        return step.isMet() ? step : step(perSecond, SearchStep.Purpose.REPEAT, plan.stepDuration());
    }

    private SearchStep step(double perSecond, SearchStep.Purpose purpose, Duration duration)
            throws CannotMeasureException, InterruptedException {
        SearchStep step = new SearchStep(steps.size() + 1, perSecond, purpose, probe.run(perSecond, duration));
        steps.add(step);
        progress.accept(step);
        return step;
    }

    private SearchResult confirmed(double best, SearchResult.Ending ending)
            throws CannotMeasureException, InterruptedException {
        double rate = best;
        SearchResult.Ending reached = ending;
        for (int i = 0; i < CONFIRMATIONS_MAX && rate >= plan.lowPerSecond(); i++) {
            SearchStep step =
                    step(rate, SearchStep.Purpose.CONFIRM, plan.stepDuration().multipliedBy(2));
            if (step.isMet()) {
                return result(reached, rate);
            }
            reached = endingAt(step);
            rate = rounded(rate / (1 + plan.resolution() * (1 << i)));
        }
        return result(SearchResult.Ending.NOT_CONFIRMED, null);
    }

    private SearchResult result(SearchResult.Ending ending, @Nullable Double perSecond) {
        return new SearchResult(plan, steps, ending, perSecond);
    }
}
