package dev.sluice.gateway.control;

import dev.sluice.state.SavedModel;
import dev.sluice.state.StateException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which version of each model requests go to by default, as that changes.
 *
 * <p>What serves for a moment while newer versions are still being loaded is not written down: nobody would want to go back to
 * it.
 *
 * <p>Threading: {@link #look} is for any thread; the rest is confined to the control thread.
 */
final class ServedHistory {
    private static final Logger LOG = LoggerFactory.getLogger(ServedHistory.class);

    /** What happens within that time is one write. */
    private static final long PAUSE_MILLIS = 50;

    private final WantedModels wanted;
    private final ScheduledExecutorService controlThread;
    private final AtomicBoolean planned = new AtomicBoolean();

    ServedHistory(WantedModels wanted, ScheduledExecutorService controlThread) {
        this.wanted = wanted;
        this.controlThread = controlThread;
    }

    /** Something may have changed. */
    void look() {
        if (planned.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> unused = controlThread.schedule(this::write, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The server is on its way down.
            }
        }
    }

    void write() {
        planned.set(false);
        List<SavedModel> changed = new ArrayList<>();
        for (String model : wanted.snapshot().definitions().keySet()) {
            OptionalLong present = wanted.routes().defaultVersion(model);
            if (present.isPresent() && VersionStates.isSettled(wanted.snapshot(), model)) {
                SavedModel saved = wanted.state().model(model);
                SavedModel now =
                        saved.withServed(present.getAsLong(), wanted.clock().instant());
                if (!now.equals(saved)) {
                    changed.add(now);
                }
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        try {
            wanted.state().save(changed, null);
        } catch (StateException e) {
            LOG.warn("event=history_not_kept models={} reason=\"{}\"", changed.size(), e.getMessage());
        }
    }
}
