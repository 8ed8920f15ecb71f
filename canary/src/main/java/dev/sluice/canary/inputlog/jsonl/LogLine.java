package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.WindowCounts;
import java.time.Instant;

/**
 * One line of the input log.
 *
 * <p>Threading: immutable.
 */
public sealed interface LogLine {
    /**
     * The first line of every segment.
     *
     * @param schema of the segment's lines
     * @param instance names the process that wrote it; 16 hex digits
     * @param sequence of the segment in that process, from 1 on
     * @param firstWindow number of the window that it begins in
     * @param created when it was begun
     * @param server what wrote it, for example {@code sluice 0.1.0}
     */
    record Segment(int schema, String instance, long sequence, long firstWindow, Instant created, String server)
            implements LogLine {}

    /**
     * A request and what became of it.
     *
     * @param record what is logged of it
     */
    record Prediction(LoggedRecord record) implements LogLine {}

    /**
     * The end of a window: what was received in it, and what became of it.
     *
     * @param counts of the window; where it was interrupted, only those of its records that are in the log
     * @param crc32c checksum (RFC 3720, Castagnoli) over the bytes of the window's records, line ends included
     * @param interrupted true when the process ended without saying so, and the line was written by its successor
     */
    record Window(WindowCounts counts, int crc32c, boolean interrupted) implements LogLine {}
}
