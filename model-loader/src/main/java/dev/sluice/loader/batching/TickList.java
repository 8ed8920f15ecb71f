package dev.sluice.loader.batching;

import dev.sluice.model.NanoClock;
import dev.sluice.model.RequestLoop;
import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(TickList.class);

    private final Batcher batcher;
    private final RequestLoop loop;
    private final NanoClock clock;
    private final DeadlineTimer deadlines;
    private final Runnable flush = this::flush;
    private List<PendingRequest> collected = new ArrayList<>();
    private List<PendingRequest> spare = new ArrayList<>();

    /** Of the last request that may share runs: most likely those of the next. */
    private @Nullable RowShapes shapes;

    /** True from asking the loop for a flush until it comes. */
    private boolean scheduled;

    TickList(Batcher batcher, RequestLoop loop, NanoClock clock) {
        this.batcher = batcher;
        this.loop = loop;
        this.clock = clock;
        this.deadlines = new DeadlineTimer(loop, clock);
    }

    Batcher batcher() {
        return batcher;
    }

    /**
     * The row shapes of a request that may share runs.
     *
     * @param outputs names wanted, not empty
     */
    RowShapes shapes(List<Tensor> inputs, List<String> outputs, RowMeasure measure) {
        RowShapes last = shapes;
        if (last == null || !last.areOf(inputs, outputs)) {
            last = measure.shared(inputs, outputs);
            shapes = last;
        }
        return last;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    RequestLoop loop() {
        return loop;
    }

    /** Takes a request in; false, and nothing taken, when the loop takes no tasks any more. */
    boolean add(PendingRequest request) {
        try {
            if (!scheduled) {
                loop.atEndOfTick(flush);
                scheduled = true;
            }
            if (request.hasDeadline()) {
                deadlines.add(request);
            }
        } catch (RuntimeException e) {
            LOG.warn("event loop {} takes no tasks", loop.index(), e);
            deadlines.remove(request);
            return false;
        }
        collected.add(request);
        return true;
    }

    /** The request has ended. */
    void forget(PendingRequest request) {
        deadlines.remove(request);
    }

    private void flush() {
        scheduled = false;
        List<PendingRequest> arrived = collected;
        collected = spare;
        try {
            batcher.enqueue(arrived);
        } catch (RuntimeException | Error e) {
            // Whoever waits for an answer must get one, whatever happened here.
            LOG.error("event loop {}: requests of one tick could not be queued", loop.index(), e);
            arrived.forEach(request -> batcher.failAlone(request, e));
        } finally {
            arrived.clear();
            spare = arrived;
        }
    }
}
