package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.DropReason;
import java.util.List;
import java.util.Map;

/**
 * What a log's own sums say, and whether they hold.
 *
 * <p>Threading: immutable.
 *
 * @param files that were read
 * @param bytes of them as they lie on the disk
 * @param records in them
 * @param digests those of {@code records} of which only digests are there
 * @param windows that are accounted for
 * @param interrupted those of {@code windows} whose process had died
 * @param received requests, as the windows say
 * @param logged those in the log, as the windows say
 * @param sampledOut those that were not chosen
 * @param dropped those that were chosen and are not in the log, by reason
 * @param unaccounted records behind the last window of files that were not closed
 * @param tornBytes at the ends of such files
 * @param findings the first {@value #FINDINGS_MAX} of them, in order
 * @param damages how many findings are damage, also beyond those
 */
public record LogVerification(
        long files,
        long bytes,
        long records,
        long digests,
        long windows,
        long interrupted,
        long received,
        long logged,
        long sampledOut,
        Map<DropReason, Long> dropped,
        long unaccounted,
        long tornBytes,
        List<LogFinding> findings,
        long damages) {
    /** Most findings that are told one by one. */
    public static final int FINDINGS_MAX = 1000;

    public LogVerification {
        dropped = Map.copyOf(dropped);
        findings = List.copyOf(findings);
    }

    /** Whether every sum holds and nothing is lost or was changed. */
    public boolean isSound() {
        return damages == 0;
    }

    /** Those that were dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
