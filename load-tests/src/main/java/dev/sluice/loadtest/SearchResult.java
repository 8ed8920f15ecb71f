package dev.sluice.loadtest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search for the highest rate found.
 *
 * <p>Threading: immutable.
 *
 * @param plan what was to be done
 * @param steps every run, in order; at least one
 * @param ending how the search came to its end
 * @param ratePerSecond the highest confirmed rate, or null when there is none
 */
public record SearchResult(
        SearchPlan plan,
        List<SearchStep> steps,
        Ending ending,
        @Nullable Double ratePerSecond) {
    /** How a search can end. */
    public enum Ending {
        /** Between a rate that meets the goals, and was confirmed, and one that misses them. */
        FOUND(ExitCode.OK, "the highest rate that meets the goals"),
        /** The highest rate that may be tried meets the goals. */
        UPPER_BOUND(ExitCode.OK, "the highest rate that was to be tried meets the goals"),
        /** Beyond the rate, the generator was the bottleneck: the server may be able to do more. */
        GENERATOR(ExitCode.NOT_MEASURED, "at least; beyond it the generator, not the server, was the bottleneck"),
        /** Already the lowest rate misses the goals. */
        LOWER_BOUND(ExitCode.GOAL_MISSED, "none: already the lowest rate misses the goals"),
        /** Already at the lowest rate the generator was the bottleneck. */
        NOT_MEASURED(ExitCode.NOT_MEASURED, "none: already at the lowest rate the generator was the bottleneck"),
        /** What had met the goals once did not do so again. */
        NOT_CONFIRMED(ExitCode.NOT_MEASURED, "none: no rate met the goals again when it was confirmed; too much noise");

        private final ExitCode exitCode;
        private final String words;

        Ending(ExitCode exitCode, String words) {
            this.exitCode = exitCode;
            this.words = words;
        }

        /** As reports spell it. */
        public String words() {
            return words;
        }
    }

    public SearchResult {
        steps = List.copyOf(steps);
    }

    /** The verdict. */
    public ExitCode exitCode() {
        return ending.exitCode;
    }

    /** The run that reports show in full: the last one at the rate that was found, else the last of all. */
    public LoadResult shown() {
        LoadResult shown = steps.get(steps.size() - 1).result();
        for (SearchStep step : steps) {
            if (ratePerSecond != null && step.perSecond() == ratePerSecond) {
                shown = step.result();
            }
        }
        return shown;
    }
}
