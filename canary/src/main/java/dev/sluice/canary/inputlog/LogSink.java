package dev.sluice.canary.inputlog;

import java.io.IOException;

/**
 * Where a channel's records go.
 *
 * <p>A sink collects records in memory of its own, in whatever form it writes them, and hands them over on {@link #flush}. Until
 * a flush has succeeded, nothing of it counts as logged. A flush that fails leaves everything collected as it is, so that it can
 * be tried again; the channel does so until it succeeds, and hands over no more records while {@link #isFull}.
 *
 * <p>Threading: every method is called on the channel's own thread, one at a time; they may block. Nothing else waits for them.
 */
public interface LogSink {
    /**
     * Collects a record, which was redacted before. The record stays the caller's: a sink that needs it after this returns
     * copies or retains.
     *
     * @throws UnwritableRecordException if it cannot be written ever; nothing of it was collected
     */
    void add(InferenceRecord record) throws UnwritableRecordException;

    /** Whether what is collected should be handed over before more is added. */
    boolean isFull();

    /**
     * How many of the records that are collected it keeps only digests of, because they are too large for it; those that were
     * digests when they came do not count. Asked before each {@link #flush}.
     */
    default int shedToDigests() {
        return 0;
    }

    /**
     * Hands over all that was collected.
     *
     * @return how many of the collected records the receiver refused for good; the others are where they survive this process
     * @throws IOException if that is not possible now; what is collected is as before, and nothing is there twice later
     */
    int flush() throws IOException;

    /**
     * Whether the present window should end soon, however long it has lasted: what is received from then on belongs to the next.
     * Asked again and again until it has ended.
     */
    default boolean wantsWindowEnd() {
        return false;
    }

    /**
     * A window is over and settled: all of its records, and none of a later one, were flushed.
     *
     * @throws IOException if that cannot be written now; it is tried again with the same counts
     */
    void windowEnded(WindowCounts counts) throws IOException;

    /** The last call: gives up what it holds. What was not flushed is lost and counted as such by the channel. */
    void close();
}
