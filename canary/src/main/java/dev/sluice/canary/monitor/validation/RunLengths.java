package dev.sluice.canary.monitor.validation;

/**
 * How long each watched feature has had its present value.
 *
 * <p>Threading: confined to one thread; each event loop has its own and sees its own rows only.
 */
final class RunLengths {
    private final long[] values;
    private final int[] lengths;

    /**
     * @param count of features that are watched
     */
    RunLengths(int count) {
        values = new long[count];
        lengths = new int[count];
    }

    /** Bits, or a hash, of the last value of a feature. */
    long value(int watched) {
        return values[watched];
    }

    /** Rows that ended with it; 0 = none was seen. */
    int length(int watched) {
        return lengths[watched];
    }

    void set(int watched, long value, int length) {
        values[watched] = value;
        lengths[watched] = length;
    }

    /** One more row with a value; saturates. */
    static int next(int length, boolean same) {
        return same && length > 0 ? (length == Integer.MAX_VALUE ? length : length + 1) : 1;
    }
}
