package dev.sluice.loadtest.proof.feedback;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does numbered tasks on several threads at once, each task once.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class Senders {
    private final int threads;

    Senders(int threads) {
        this.threads = threads;
    }

    /** One of them. */
    interface Task {
        void run(int number) throws IOException, InterruptedException;
    }

    /**
     * Does them all.
     *
     * @throws CannotMeasureException when one fails
     */
    void run(int tasks, Task task) throws CannotMeasureException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(() -> {
                    int number = next.getAndIncrement();
                    while (number < tasks) {
                        task.run(number);
                        number = next.getAndIncrement();
                    }
                    return number;
                });
            }
            for (Future<Integer> worker : executor.invokeAll(workers)) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new CannotMeasureException("a request failed: " + e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
