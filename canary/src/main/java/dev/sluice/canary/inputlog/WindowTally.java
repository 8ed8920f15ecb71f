package dev.sluice.canary.inputlog;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts the fates of requests; those of one window, or all since the start.
 *
 * <p>Threading: guarded by the lock of the {@link RecordQueue} that it belongs to.
 */
final class WindowTally {
    private final long number;
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private Instant from;
    private Instant to;
    private long received;
    private long logged;
    private long digests;
    private long sampledOut;

    WindowTally(long number, Instant from) {
        this.number = number;
        this.from = from;
        this.to = from;
    }

    long number() {
        return number;
    }

    Instant from() {
        return from;
    }

    boolean isEmpty() {
        return received == 0;
    }

    /** Nothing has happened in it so far: it may as well begin later. */
    void beginAt(Instant time) {
        from = time;
    }

    void endAt(Instant time) {
        to = time;
    }

    void received() {
        received++;
    }

    void sampledOut() {
        sampledOut++;
    }

    void dropped(DropReason reason, long count) {
        dropped.merge(reason, count, Long::sum);
    }

    void logged(long count, long digestsAmong) {
        logged += count;
        digests += digestsAmong;
    }

    WindowCounts counts() {
        return new WindowCounts(number, from, to, received, logged, digests, sampledOut, dropped);
    }
}
