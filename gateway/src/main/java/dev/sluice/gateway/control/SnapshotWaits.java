package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Waits until what the manager has of a model fulfils a condition.
 *
 * <p>Bound: one entry for each operation in progress, which are bounded themselves.
 *
 * <p>Threading: {@link #until} and what it completes are confined to the control thread; {@link #changed} is for any thread.
 */
final class SnapshotWaits {
    private final ModelManager models;
    private final ScheduledExecutorService controlThread;
    private final List<Wait> waits = new ArrayList<>();
    private final Set<String> awaited = ConcurrentHashMap.newKeySet();

    private record Wait(String model, Predicate<ServingSnapshot> condition, CompletableFuture<Boolean> met) {}

    SnapshotWaits(ModelManager models, ScheduledExecutorService controlThread) {
        this.models = models;
        this.controlThread = controlThread;
    }

    /** Completes with true once the condition is met. */
    CompletableFuture<Boolean> until(String model, Predicate<ServingSnapshot> condition) {
        Wait wait = new Wait(model, condition, new CompletableFuture<>());
        // First announced, then looked at: a change in between is seen by one of the two.
        awaited.add(model);
        waits.add(wait);
        check(model);
        return wait.met();
    }

    /** The same, but false when the time is over before. */
    CompletableFuture<Boolean> until(String model, Predicate<ServingSnapshot> condition, Duration most) {
        CompletableFuture<Boolean> met = until(model, condition);
        if (!met.isDone()) {
            ScheduledFuture<?> unused = controlThread.schedule(() -> end(met), most.toMillis(), TimeUnit.MILLISECONDS);
        }
        return met;
    }

    private void end(CompletableFuture<Boolean> met) {
        met.complete(false);
        waits.removeIf(wait -> wait.met().isDone());
    }

    /** Something has happened to a version of that model. */
    void changed(String model) {
        if (awaited.contains(model)) {
            try {
                controlThread.execute(() -> check(model));
            } catch (RejectedExecutionException e) {
                // The server is on its way down; nobody waits any more.
            }
        }
    }

    private void check(String model) {
        ServingSnapshot snapshot = models.snapshot();
        List<Wait> met = waits.stream()
                .filter(wait -> wait.model().equals(model) && wait.condition().test(snapshot))
                .toList();
        waits.removeAll(met);
        if (waits.stream().noneMatch(wait -> wait.model().equals(model))) {
            awaited.remove(model);
        }
        met.forEach(wait -> wait.met().complete(true));
    }
}
