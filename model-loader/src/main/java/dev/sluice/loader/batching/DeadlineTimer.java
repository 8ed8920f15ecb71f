package dev.sluice.loader.batching;

import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestLoop;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ends the requests of one loop at their deadlines, with one timer of the loop however many requests there are.
 *
 * <p>A binary heap by deadline in which each request knows its place, so that a request that ends in time leaves in O(log n);
 * deadlines mostly grow, so adding is O(1) in practice. A timer that fires with nothing due is set again for the next
 * deadline: a thousand requests a second with a timeout of 30 s set one timer in 30 s.
 *
 * <p>Bound: the requests that are pending.
 *
 * <p>Threading: confined to one event loop.
 */
final class DeadlineTimer {
    private final RequestLoop loop;
    private final NanoClock clock;
    private @Nullable PendingRequest[] heap = new PendingRequest[16];
    private int size;
    private RequestLoop.@Nullable Cancellable timer;
    private long timerNanos;

    DeadlineTimer(RequestLoop loop, NanoClock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    void add(PendingRequest request) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        size++;
        siftUp(size - 1, request);
        if (timer == null) {
            set(request.deadlineNanos());
        } else if (request.deadlineNanos() - timerNanos < 0) {
            timer.cancel();
            set(request.deadlineNanos());
        }
    }

    /** Forgets a request; harmless when it is not there. */
    void remove(PendingRequest request) {
        int at = request.heapIndex;
        if (at < 0) {
            return;
        }
        request.heapIndex = -1;
        size--;
        PendingRequest last = at(size);
        heap[size] = null;
        if (at != size) {
            siftDown(at, last);
            if (last.heapIndex == at) {
                siftUp(at, last);
            }
        }
    }

    private void set(long deadlineNanos) {
        timerNanos = deadlineNanos;
        timer = loop.schedule(Math.max(0, deadlineNanos - clock.nanoTime()), this::fire);
    }

    private void fire() {
        timer = null;
        long now = clock.nanoTime();
        while (size > 0 && at(0).isExpired(now)) {
            PendingRequest request = at(0);
            remove(request);
            request.expire(now);
        }
        // A callback above may have submitted again and set the timer.
        if (size > 0 && timer == null) {
            set(at(0).deadlineNanos());
        }
    }

    private PendingRequest at(int index) {
        PendingRequest request = heap[index];
        if (request == null) {
            throw new AssertionError("no request at " + index + " of " + size);
        }
        return request;
    }

    private void put(int index, PendingRequest request) {
        heap[index] = request;
        request.heapIndex = index;
    }

    private void siftUp(int from, PendingRequest request) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (request.deadlineNanos() - at(parent).deadlineNanos() >= 0) {
                break;
            }
            put(index, at(parent));
            index = parent;
        }
        put(index, request);
    }

    private void siftDown(int from, PendingRequest request) {
        int index = from;
        while (2 * index + 1 < size) {
            int child = 2 * index + 1;
            if (child + 1 < size && at(child + 1).deadlineNanos() - at(child).deadlineNanos() < 0) {
                child++;
            }
            if (request.deadlineNanos() - at(child).deadlineNanos() <= 0) {
                break;
            }
            put(index, at(child));
            index = child;
        }
        put(index, request);
    }
}
