package dev.sluice.loadtest;

import java.util.List;

/**
 * Tells which stage a time belongs to.
 *
 * <p>Threading: immutable.
 */
final class StageClock {
    private final long[] endNanos;

    /** @param stages in order, may be none */
    StageClock(List<Stage> stages) {
        endNanos = new long[stages.size()];
        long end = 0;
        for (int i = 0; i < endNanos.length; i++) {
            end += stages.get(i).duration().toNanos();
            endNanos[i] = end;
        }
    }

    int count() {
        return endNanos.length;
    }

    /**
     * The index of the stage; the last one has no end.
     *
     * @param nanos since the first stage began, 0 or greater; there must be a stage
     */
    int indexAt(long nanos) {
        int index = 0;
        while (index < endNanos.length - 1 && nanos >= endNanos[index]) {
            index++;
        }
        return index;
    }
}
