package dev.sluice.loader.batching;

import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests for one version that arrived in the present tick of one event loop.
 *
 * <p>An event loop reads all sockets that are ready before it runs the tasks queued meanwhile. So a list that the first request
 * of a tick schedules to be flushed holds, when that happens, every request that arrived together: a batch without any added
 * delay, and one hand-over to the inference threads instead of one per request.
 *
 * <p>Bound: the rows and bytes that {@link Batcher} reserves for each request before it gets here.
 *
 * <p>Threading: confined to its event loop.
 */
final class TickList {
    private final Batcher batcher;
    private final RequestLoop loop;
    private final DeadlineTimer deadlines;
    private final Runnable flush = this::flush;
    private List<PendingRequest> collected = new ArrayList<>();
    private List<PendingRequest> spare = new ArrayList<>();

    TickList(Batcher batcher, RequestLoop loop, NanoClock clock) {
        this.batcher = batcher;
        this.loop = loop;
        this.deadlines = new DeadlineTimer(loop, clock);
    }

    RequestLoop loop() {
        return loop;
    }

    void add(PendingRequest request) {
        collected.add(request);
        if (collected.size() == 1) {
            loop.atEndOfTick(flush);
        }
        if (request.hasDeadline()) {
            deadlines.add(request);
        }
    }

    /** The request has ended. */
    void forget(PendingRequest request) {
        deadlines.remove(request);
    }

    private void flush() {
        List<PendingRequest> arrived = collected;
        collected = spare;
        try {
            batcher.enqueue(arrived);
        } finally {
            arrived.clear();
            spare = arrived;
        }
    }
}
