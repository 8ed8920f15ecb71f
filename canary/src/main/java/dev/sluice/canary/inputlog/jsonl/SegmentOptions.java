package dev.sluice.canary.inputlog.jsonl;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How segments are written.
 *
 * <p>Threading: immutable.
 *
 * @param folder of the files; made when there is something to write
 * @param recordBytesMax most bytes of a record's line, at least 1
 * @param segmentBytesMax a segment ends when it is larger than this, at least 1
 * @param segmentTime a segment ends when it is older than this, positive
 * @param sync when files are forced to the device
 * @param server what stands in each segment's head, for example {@code sluice 0.1.0}
 */
public record SegmentOptions(
        Path folder, long recordBytesMax, long segmentBytesMax, Duration segmentTime, Sync sync, String server) {
    public SegmentOptions {
        if (recordBytesMax < 1 || segmentBytesMax < 1) {
            throw new IllegalArgumentException("largest record and segment must be at least 1 byte, got "
                    + recordBytesMax + " and " + segmentBytesMax);
        }
        if (segmentTime.isNegative() || segmentTime.isZero()) {
            throw new IllegalArgumentException("time of a segment must be positive, got " + segmentTime);
        }
    }
}
