package dev.sluice.loadtest;

/**
 * One run of a search.
 *
 * <p>Threading: immutable.
 *
 * @param number 1-based
 * @param perSecond the rate that was tried
 * @param purpose why
 * @param result what was seen
 */
public record SearchStep(int number, double perSecond, Purpose purpose, LoadResult result) {
    /** Why a step is made. */
    public enum Purpose {
        /** The rate is tried for the first time. */
        PROBE("probe"),
        /** The step before did not meet the goals; a disturbance must not decide alone. */
        REPEAT("repeat"),
        /** The rate that was found is run again, twice as long. */
        CONFIRM("confirm");

        private final String words;

        Purpose(String words) {
            this.words = words;
        }

        /** As reports spell it. */
        public String words() {
            return words;
        }
    }

    /** What the step says about its rate. */
    public ExitCode verdict() {
        return result.exitCode();
    }

    /** Whether it met all goals. */
    boolean isMet() {
        return verdict() == ExitCode.OK;
    }

    /**
     * Whether the server and not the generator ends the search here. Next to a goal, every miss is one that the generator's
     * few own delays could explain; as long as it has nothing to complain about, the rate is missed all the same.
     */
    boolean isServerBound() {
        return verdict() == ExitCode.GOAL_MISSED
                || (!isMet() && result.ok() > 0 && result.complaints().isEmpty());
    }
}
