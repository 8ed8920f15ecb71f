package dev.sluice.canary.inputlog.jsonl;

/**
 * What a keeper has done since the start.
 *
 * <p>Threading: immutable.
 *
 * @param segmentsRewritten closed segments that have another form now
 * @param bytesBefore of them as they were written
 * @param bytesAfter of them in their new form
 * @param failures attempts to rewrite that failed
 * @param filesDeleted closed files that were deleted because there were too many bytes
 * @param bytesDeleted of them
 * @param bytesKept of all closed files, when they were last looked at
 */
public record KeeperReport(
        long segmentsRewritten,
        long bytesBefore,
        long bytesAfter,
        long failures,
        long filesDeleted,
        long bytesDeleted,
        long bytesKept) {}
