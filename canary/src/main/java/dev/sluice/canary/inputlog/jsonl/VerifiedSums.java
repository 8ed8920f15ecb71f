package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.WindowCounts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found in the files of a log so far.
 *
 * <p>Threading: confined to one thread.
 */
final class VerifiedSums {
    /** Of each process, the number of its segment that came last, and of the window that ended last. */
    private final Map<String, long[]> instances = new HashMap<>();

    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private final List<LogFinding> findings = new ArrayList<>();
    private long files;
    private long bytes;
    private long records;
    private long digests;
    private long windows;
    private long interrupted;
    private long received;
    private long logged;
    private long sampledOut;
    private long unaccounted;
    private long tornBytes;
    private long damages;

    void file(long byteSize) {
        files++;
        bytes += byteSize;
    }

    void record(boolean digest) {
        records++;
        digests += digest ? 1 : 0;
    }

    void window(LogLine.Window window) {
        WindowCounts counts = window.counts();
        windows++;
        interrupted += window.interrupted() ? 1 : 0;
        received += counts.received();
        logged += counts.logged();
        sampledOut += counts.sampledOut();
        counts.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    }

    void unaccounted(long count) {
        unaccounted += count;
    }

    void torn(long count) {
        tornBytes += count;
    }

    void found(LogFinding finding) {
        damages += finding.kind() == LogFinding.Kind.DAMAGE ? 1 : 0;
        if (findings.size() < LogVerification.FINDINGS_MAX) {
            findings.add(finding);
        }
    }

    /** The number of the process's segment that came last; 0 when none did. */
    long lastSequence(String instance) {
        return last(instance)[0];
    }

    /** The number of the process's window that ended last; 0 when none did. */
    long lastWindow(String instance) {
        return last(instance)[1];
    }

    void sequence(String instance, long sequence) {
        last(instance)[0] = sequence;
    }

    void window(String instance, long number) {
        last(instance)[1] = number;
    }

    private long[] last(String instance) {
        return instances.computeIfAbsent(instance, key -> new long[2]);
    }

    LogVerification finish() {
        return new LogVerification(
                files,
                bytes,
                records,
                digests,
                windows,
                interrupted,
                received,
                logged,
                sampledOut,
                dropped,
                unaccounted,
                tornBytes,
                findings,
                damages);
    }
}
