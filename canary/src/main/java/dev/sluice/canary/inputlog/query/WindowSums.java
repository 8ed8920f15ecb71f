package dev.sluice.canary.inputlog.query;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of all requests of the windows of a log.
 *
 * <p>Threading: confined to one thread.
 */
public final class WindowSums {
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private long windows;
    private long interrupted;
    private long received;
    private long logged;
    private long digests;
    private long sampledOut;

    /** Takes in the end of a window. */
    public void add(LogLine.Window window) {
        WindowCounts counts = window.counts();
        windows++;
        interrupted += window.interrupted() ? 1 : 0;
        received += counts.received();
        logged += counts.logged();
        digests += counts.digests();
        sampledOut += counts.sampledOut();
        counts.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    }

    public long windows() {
        return windows;
    }

    /** Those whose process ended without saying what became of their requests. */
    public long interrupted() {
        return interrupted;
    }

    public long received() {
        return received;
    }

    public long logged() {
        return logged;
    }

    public long digests() {
        return digests;
    }

    public long sampledOut() {
        return sampledOut;
    }

    /** Those that were chosen and are not in the log, by reason. */
    public Map<DropReason, Long> dropped() {
        return Map.copyOf(dropped);
    }

    /** Those that were dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
