package dev.sluice.loader.batching;

/**
 * Whether event loops run batches of a version themselves, and within which limits; what exceeds them is left to inference
 * threads.
 *
 * <p>Threading: immutable.
 *
 * @param allowed only for versions whose cost is known to be a fraction of a millisecond, because a loop does nothing else
 *     meanwhile
 * @param rowBytesMax most bytes of inputs in one row, 0 or greater; the cost of larger rows is not known
 * @param nanosMax a loop begins no further run of a tick after this time, and a version whose runs compute longer than this
 *     one after the other is not run on loops any more; 1 or greater
 */
public record InlineRuns(boolean allowed, long rowBytesMax, long nanosMax) {
    /** Everything is queued for the inference threads. */
    public static final InlineRuns NEVER = new InlineRuns(false, 0, 1);

    /** Everything runs on loops. */
    public static final InlineRuns ALWAYS = new InlineRuns(true, Long.MAX_VALUE, Long.MAX_VALUE);

    public InlineRuns {
        if (rowBytesMax < 0 || nanosMax < 1) {
            throw new IllegalArgumentException("row bytes must be 0 or greater and nanoseconds 1 or greater, got "
                    + rowBytesMax + " and " + nanosMax);
        }
    }
}
