package dev.sluice.gateway.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Responses of the data port by status code; 499 counts clients that left before their answer.
 *
 * <p>Threading: thread-safe; lock-free.
 */
public final class ResponseCounts {
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 599;

    private final AtomicLongArray counts = new AtomicLongArray(STATUS_MAX - STATUS_MIN + 1);

    void add(int status) {
        counts.incrementAndGet(status - STATUS_MIN);
    }

    void reset() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    /** Status code → responses, ascending; only codes that occurred. */
    public Map<Integer, Long> snapshot() {
        Map<Integer, Long> snapshot = new TreeMap<>();
        for (int i = 0; i < counts.length(); i++) {
            long count = counts.get(i);
            if (count > 0) {
                snapshot.put(STATUS_MIN + i, count);
            }
        }
        return snapshot;
    }
}
