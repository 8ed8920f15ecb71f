package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ServerText;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A list of requests, each sent once, over several connections of which each takes the next one when it has its answer.
 *
 * <p>Threading: immutable; {@link #send} blocks and uses a thread for each connection.
 *
 * @param json the requests, at least one
 */
record RequestList(List<String> json) {
    RequestList {
        json = List.copyOf(json);
    }

    /**
     * Sends them all and waits for all answers.
     *
     * @return the answers' bodies in the order of the requests
     * @throws CannotMeasureException if one is not answered with 200
     */
    List<String> send(URI base, String model, int connections) throws CannotMeasureException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicReferenceArray<String> answers = new AtomicReferenceArray<>(json.size());
        Callable<Integer> caller = () -> {
            try (HttpConnection connection = new HttpConnection(base)) {
                int sent = 0;
                for (int i = next.getAndIncrement(); i < json.size(); i = next.getAndIncrement()) {
                    answers.set(i, connection.infer(model, json.get(i)));
                    sent++;
                }
                return sent;
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            List<Callable<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                callers.add(caller);
            }
            for (Future<Integer> done : threads.invokeAll(callers)) {
                done.get();
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
            throw new CannotMeasureException(
                    "a request to '" + model + "' failed: " + ServerText.line(cause.getMessage()));
        } finally {
            threads.shutdownNow();
        }
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < answers.length(); i++) {
            bodies.add(answers.get(i));
        }
        return bodies;
    }
}
