package dev.sluice.gateway.http;

import dev.sluice.model.RequestLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches the bodies of one event loop that did not arrive in one piece, and ends those that take too long.
 *
 * <p>Nearly all bodies are complete by the end of the tick in which they began; they cost one list entry and no timer.
 *
 * <p>Bound: one entry per open request of the loop: connections times the streams that HTTP/2 allows on each.
 *
 * <p>Threading: confined to one event loop.
 */
final class BodyDeadlines {
    private static final long CHECK_NANOS = 100_000_000;

    private final RequestLoop loop;
    private final long timeoutNanos;
    private final List<BodyReader> begunThisTick = new ArrayList<>();
    private final ArrayDeque<BodyReader> slow = new ArrayDeque<>();
    private boolean checking;

    /**
     * @param timeoutNanos most time from the head of a request to the last byte of its body
     */
    BodyDeadlines(RequestLoop loop, long timeoutNanos) {
        this.loop = loop;
        this.timeoutNanos = timeoutNanos;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    void begun(BodyReader reader) {
        if (begunThisTick.isEmpty()) {
            loop.atEndOfTick(this::endOfTick);
        }
        begunThisTick.add(reader);
    }

    private void endOfTick() {
        for (BodyReader reader : begunThisTick) {
            if (!reader.isDone()) {
                slow.addLast(reader);
            }
        }
        begunThisTick.clear();
        checkLater();
    }

    private void checkLater() {
        if (!slow.isEmpty() && !checking) {
            checking = true;
            loop.schedule(CHECK_NANOS, this::check);
        }
    }

    private void check() {
        checking = false;
        long now = System.nanoTime();
        slow.removeIf(reader -> {
            if (!reader.isDone() && reader.isLate(now)) {
                reader.expire(now);
            }
            return reader.isDone();
        });
        checkLater();
    }
}
