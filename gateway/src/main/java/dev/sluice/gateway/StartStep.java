package dev.sluice.gateway;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A step of the start that runs on a thread of its own while the others go on.
 *
 * <p>Threading: begin and await on the starting thread.
 */
final class StartStep<T> {
    private final FutureTask<T> task;

    private StartStep(FutureTask<T> task) {
        this.task = task;
    }

    /** Begins on a thread of this name. */
    static <T> StartStep<T> begin(String threadName, Callable<T> step) {
        FutureTask<T> task = new FutureTask<>(step);
        Thread thread = new Thread(task, threadName);
        thread.setDaemon(true);
        thread.start();
        return new StartStep<>(task);
    }

    /**
     * Waits for the end.
     *
     * @throws ExecutionException with what the step threw
     * @throws GatewayStartException if the waiting thread was interrupted
     */
    T await() throws ExecutionException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayStartException("the start was interrupted", e);
        }
    }
}
