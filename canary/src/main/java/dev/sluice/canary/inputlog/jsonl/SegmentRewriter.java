package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Another form of closed segments.
 *
 * <p>Threading: called on the {@link SegmentKeeper}'s thread.
 */
public interface SegmentRewriter {
    /** What the names of files of this form end in, instead of {@code .jsonl}; for example {@code .jsonl.gz}. */
    String suffix();

    /**
     * Writes a segment in this form. Only when this comes back is the segment deleted.
     *
     * @param segment closed, in JSON Lines
     * @param to is closed by the caller, and need not be buffered
     * @throws LogFormatException if the segment is damaged: then it stays as it is
     * @throws IOException if it cannot be done now: it is tried again
     */
    void rewrite(LogFile segment, OutputStream to) throws IOException;
}
