package dev.sluice.loader.tuning;

/**
 * How much time measuring one version may take.
 *
 * <p>Threading: immutable.
 *
 * @param enoughNanos every size is measured again and again until so much time is spent
 * @param nanosMax no size is begun that would not end within this, 1 or greater; the smallest is measured in any case
 */
public record ProbeBudget(long enoughNanos, long nanosMax) {
    /** Short, because someone waits for the start; the code is cold then, and what serves is measured again later. */
    public static final ProbeBudget AT_LOAD = new ProbeBudget(15_000_000, 1_000_000_000);

    public static final ProbeBudget IN_SERVICE = new ProbeBudget(50_000_000, 2_000_000_000);

    public ProbeBudget {
        if (enoughNanos < 0 || nanosMax < 1) {
            throw new IllegalArgumentException(
                    "times must be 0 or greater and 1 or greater, got " + enoughNanos + " and " + nanosMax);
        }
    }
}
