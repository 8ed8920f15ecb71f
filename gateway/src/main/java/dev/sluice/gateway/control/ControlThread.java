package dev.sluice.gateway.control;

import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.state.StateException;
import dev.sluice.state.StateLimitException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which operators' words are carried out, so that no two of them mix.
 *
 * <p>An operation that waits for versions to be loaded does not hold the thread: others go on, but for one on the same model, which
 * is refused.
 *
 * <p>Bound: {@value #OPERATIONS_MAX} operations that wait or run; more are refused and counted.
 *
 * <p>Threading: thread-safe.
 */
final class ControlThread {
    static final int OPERATIONS_MAX = 64;

    private final ScheduledThreadPoolExecutor executor;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

    /** Model → the operation that waits for its versions; only this thread touches it. */
    private final Map<String, String> busy = new HashMap<>();

    ControlThread() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sluice-control");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    /** Operations refused because too many waited. */
    long refusals() {
        return refusals.get();
    }

    /**
     * Has an operation done.
     *
     * @param operation called on the thread; what it answers with may be completed later
     * @return fails with an {@link InferenceException} where the operation does
     */
    <T> CompletionStage<T> run(Supplier<CompletionStage<T>> operation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        open.add(answer);
        if (inProgress.incrementAndGet() > OPERATIONS_MAX) {
            refusals.incrementAndGet();
            end(
                    answer,
                    null,
                    new InferenceException(
                            ErrorCode.OVERLOADED,
                            OPERATIONS_MAX + " operations on models wait already; try again later"));
            return answer;
        }
        try {
            executor.execute(() -> begin(operation, answer));
        } catch (RejectedExecutionException e) {
            end(answer, null, stopping());
        }
        return answer;
    }

    private <T> void begin(Supplier<CompletionStage<T>> operation, CompletableFuture<T> answer) {
        CompletionStage<T> ending;
        try {
            ending = operation.get();
        } catch (RuntimeException | Error e) {
            ending = CompletableFuture.failedFuture(e);
        }
        ending.whenComplete((result, failure) -> end(answer, result, failure));
    }

    @SuppressWarnings("UndefinedEquals") // identity is what is meant
    private <T> void end(CompletableFuture<T> answer, @Nullable T result, @Nullable Throwable failure) {
        inProgress.decrementAndGet();
        open.remove(answer);
        if (failure == null) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(forCaller(failure));
        }
    }

    /**
     * Keeps other operations off a model until this one has ended. Call on the thread.
     *
     * @param operation what is done, for whoever is refused meanwhile
     * @param steps must complete on the thread
     * @throws InferenceException with CONFLICT when another one has not ended
     */
    <T> CompletionStage<T> exclusively(String model, String operation, Supplier<CompletionStage<T>> steps) {
        String other = busy.putIfAbsent(model, operation);
        if (other != null) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "model '" + model + "' is busy: " + other + " has not ended; try again when it has");
        }
        CompletionStage<T> ending;
        try {
            ending = steps.get();
        } catch (RuntimeException | Error e) {
            busy.remove(model);
            throw e;
        }
        return ending.whenComplete((result, failure) -> busy.remove(model));
    }

    private static InferenceException forCaller(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof InferenceException known) {
            return known;
        }
        if (cause instanceof StateException) {
            return new InferenceException(
                    ErrorCode.OVERLOADED,
                    "nothing was changed, because it cannot be kept: " + cause.getMessage(),
                    cause);
        }
        if (cause instanceof StateLimitException) {
            return new InferenceException(ErrorCode.CONFLICT, String.valueOf(cause.getMessage()), cause);
        }
        if (cause instanceof RepositoryException) {
            return new InferenceException(ErrorCode.LOAD_FAILED, String.valueOf(cause.getMessage()), cause);
        }
        return new InferenceException(ErrorCode.BUG, "internal error", cause);
    }

    private static InferenceException stopping() {
        return new InferenceException(ErrorCode.MODEL_NOT_READY, "the server is stopping");
    }

    /** The same as a stage that completes on the thread. */
    <T> CompletionStage<T> onThread(CompletionStage<T> stage) {
        CompletableFuture<T> here = new CompletableFuture<>();
        stage.whenComplete((result, failure) -> {
            try {
                executor.execute(() -> {
                    if (failure == null) {
                        here.complete(result);
                    } else {
                        here.completeExceptionally(failure);
                    }
                });
            } catch (RejectedExecutionException e) {
                // The server is on its way down; whoever waited has been told.
            }
        });
        return here;
    }

    /** Takes no more operations; those that have not ended fail. */
    void close() {
        executor.shutdown();
        open.forEach(answer -> answer.completeExceptionally(stopping()));
    }
}
