package dev.sluice.loader.batching;

import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a batch has to tell its requests, brought to their loops with one task per loop.
 *
 * <p>Threading: confined to the thread that runs the batch; the tasks run on the loops.
 */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    /** A loop does something else after so much time with the replies of one batch. */
    private static final long SLICE_NANOS = 5_000_000;

    /** The clock is read once for so many replies; a power of two. */
    private static final int REPLIES_PER_LOOK = 8;

    /** After those that were expected, replies come one by one. */
    private static final int EXPECTED_LATER = 4;

    private int expected;

    /** One per loop; nearly always one. */
    private final List<LoopTask> tasks = new ArrayList<>(1);

    /**
     * @param expected so many replies, most likely
     */
    Replies(int expected) {
        this.expected = expected;
    }

    void succeed(PendingRequest request, InferResponse response) {
        task(request.loop()).add(request, response, null);
    }

    void fail(PendingRequest request, InferenceException failure) {
        task(request.loop()).add(request, null, failure);
    }

    private LoopTask task(RequestLoop loop) {
        for (int i = tasks.size() - 1; i >= 0; i--) {
            LoopTask task = tasks.get(i);
            if (task.loop.equals(loop)) {
                return task;
            }
        }
        LoopTask task = new LoopTask(loop, expected);
        tasks.add(task);
        return task;
    }

    /** Sends what is there; more may be added and sent afterwards. */
    void send() {
        for (int i = 0; i < tasks.size(); i++) {
            tasks.get(i).send();
        }
        tasks.clear();
        expected = Math.min(expected, EXPECTED_LATER);
    }

    /**
     * The replies to the requests of one loop.
     *
     * <p>Threading: filled by the thread that runs the batch, then handed to the loop.
     */
    private static final class LoopTask implements Runnable {
        private final RequestLoop loop;
        private PendingRequest[] requests;
        private @Nullable InferResponse[] responses;
        private @Nullable InferenceException @Nullable [] failures;
        private int count;
        private int sent;
        private boolean loopIsGone;

        LoopTask(RequestLoop loop, int expected) {
            this.loop = loop;
            this.requests = new PendingRequest[Math.max(1, expected)];
            this.responses = new @Nullable InferResponse[requests.length];
        }

        void add(PendingRequest request, @Nullable InferResponse response, @Nullable InferenceException failure) {
            if (count == requests.length) {
                requests = Arrays.copyOf(requests, 2 * count);
                responses = Arrays.copyOf(responses, 2 * count);
                failures = failures == null ? null : Arrays.copyOf(failures, 2 * count);
            }
            requests[count] = request;
            responses[count] = response;
            if (failure != null) {
                if (failures == null) {
                    failures = new @Nullable InferenceException[requests.length];
                }
                failures[count] = failure;
            }
            count++;
        }

        void send() {
            if (loop.inLoop()) {
                run();
                return;
            }
            try {
                loop.execute(this);
            } catch (RuntimeException e) {
                // The loop has ended before its requests: nothing is confined to it any more, so they end here.
                LOG.warn("event loop {} is gone, {} requests end without it", loop.index(), count - sent, e);
                loopIsGone = true;
                run();
            }
        }

        @Override
        public void run() {
            if (sent == count) {
                return;
            }
            // They were all ready at the same time: what comes next is their callers'.
            long begin = requests[sent].nanoTime();
            while (sent < count) {
                settle(sent, begin);
                sent++;
                if (sent % REPLIES_PER_LOOK == 0
                        && sent < count
                        && !loopIsGone
                        && requests[sent].nanoTime() - begin > SLICE_NANOS
                        && isContinued()) {
                    return;
                }
            }
        }

        private void settle(int index, long nowNanos) {
            try {
                requests[index].settle(responses[index], failures == null ? null : failures[index], nowNanos);
            } catch (RuntimeException | Error e) {
                // The others of the batch must still hear of their ends.
                LOG.error("a request could not be ended properly", e);
            }
        }

        /** Lets the loop do what else waits there, and then the rest of this. */
        private boolean isContinued() {
            try {
                loop.execute(this);
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }
}
