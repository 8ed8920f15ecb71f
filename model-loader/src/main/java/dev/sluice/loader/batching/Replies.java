package dev.sluice.loader.batching;

import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<RequestLoop, List<Reply>> byLoop = new HashMap<>();

    private record Reply(
            PendingRequest request,
            @Nullable InferResponse response,
            @Nullable InferenceException failure) {}

    void succeed(PendingRequest request, InferResponse response) {
        add(new Reply(request, response, null));
    }

    void fail(PendingRequest request, InferenceException failure) {
        add(new Reply(request, null, failure));
    }

    private void add(Reply reply) {
        byLoop.computeIfAbsent(reply.request().loop(), loop -> new ArrayList<>())
                .add(reply);
    }

    /** Sends what is there; more may be added and sent afterwards. */
    void send() {
        Map<RequestLoop, List<Reply>> sent = new HashMap<>(byLoop);
        byLoop.clear();
        sent.forEach((loop, replies) -> {
            Runnable task = () -> replies.forEach(Replies::deliver);
            if (loop.inLoop()) {
                task.run();
                return;
            }
            try {
                loop.execute(task);
            } catch (RuntimeException e) {
                // The loop has ended before its requests: nothing is confined to it any more, so they end here.
                LOG.warn("event loop {} is gone, {} requests end without it", loop.index(), replies.size(), e);
                task.run();
            }
        });
    }

    private static void deliver(Reply reply) {
        try {
            reply.request().settle(reply.response(), reply.failure());
        } catch (RuntimeException | Error e) {
            // The others of the batch must still hear of their ends.
            LOG.error("a request could not be ended properly", e);
        }
    }
}
