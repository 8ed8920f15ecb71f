package dev.sluice.canary.inputlog;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the requests of one window: {@code received = logged + dropped + sampledOut}, once all are settled.
 *
 * <p>Threading: immutable.
 *
 * @param number of the window in this process and channel, from 1 on
 * @param from when it began
 * @param to when it ended
 * @param received requests that ended in it and concern the channel
 * @param logged those in the log, digests included
 * @param digests those of {@code logged} of which only digests are there
 * @param sampledOut those that were not chosen
 * @param dropped those that were chosen and are not in the log, by reason; reasons without any are absent
 */
public record WindowCounts(
        long number,
        Instant from,
        Instant to,
        long received,
        long logged,
        long digests,
        long sampledOut,
        Map<DropReason, Long> dropped) {
    public WindowCounts {
        dropped = dropped.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(dropped));
    }

    /** Those that were dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Those whose fate is not known yet; 0 when the window is settled. */
    public long pending() {
        return received - logged - sampledOut - droppedTotal();
    }
}
