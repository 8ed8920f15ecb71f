package dev.sluice.gateway.control;

import dev.sluice.loader.repository.ModelDefinition;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what lies in the repository take effect whenever it has changed, without anybody who waits for the loads.
 *
 * <p>Bound: one change, the last; those before it that were not carried out yet are forgotten, because each is the full set.
 *
 * <p>Threading: thread-safe; what changes is carried out on the control thread.
 */
final class RepositoryChanges {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryChanges.class);

    private final WantedModels wanted;
    private final Executor controlThread;
    private final AtomicReference<@Nullable List<ModelDefinition>> pending = new AtomicReference<>();

    RepositoryChanges(WantedModels wanted, Executor controlThread) {
        this.wanted = wanted;
        this.controlThread = controlThread;
    }

    /** The repository holds this now. */
    void found(List<ModelDefinition> definitions) {
        if (pending.getAndSet(List.copyOf(definitions)) != null) {
            return; // the task that takes it is on its way
        }
        try {
            controlThread.execute(this::takeEffect);
        } catch (RejectedExecutionException e) {
            // The server is on its way down.
        }
    }

    private void takeEffect() {
        List<ModelDefinition> definitions = pending.getAndSet(null);
        if (definitions == null) {
            return;
        }
        try {
            wanted.found(definitions);
            wanted.apply();
        } catch (RuntimeException | Error e) {
            LOG.error("event=repository_change_failed models={}", definitions.size(), e);
        }
    }
}
