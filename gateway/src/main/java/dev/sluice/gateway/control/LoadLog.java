package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.verify.GateStep;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each version that has been loaded, with the steps that it took.
 *
 * <p>Threading: thread-safe.
 */
public final class LoadLog {
    private static final Logger LOG = LoggerFactory.getLogger(LoadLog.class);
    private static final double NANOS_PER_MILLI = 1e6;

    private final ModelManager models;

    public LoadLog(ModelManager models) {
        this.models = models;
    }

    /** Is to hear of every event of the manager. */
    public void versionChanged(ModelEvent event) {
        if (event.state() != ModelState.READY && event.state() != ModelState.QUARANTINED) {
            return;
        }
        VersionStatus status = models.snapshot().status(event.key());
        if (status != null) {
            LOG.info(
                    "event={} model={} version={} ms={} steps=\"{}\"",
                    event.state() == ModelState.READY ? "version_ready" : "version_quarantined",
                    event.key().name(),
                    event.key().version(),
                    sum(status.steps()).toMillis(),
                    text(status.steps()));
        }
    }

    private static Duration sum(List<GateStep> steps) {
        return steps.stream().map(GateStep::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** For example {@code checksum 1.2 ms (3 files), session 9.0 ms}. */
    public static String text(List<GateStep> steps) {
        return steps.stream()
                .map(step -> step.name() + " " + millis(step.duration())
                        + (step.detail().isEmpty() ? "" : " (" + step.detail() + ")"))
                .collect(Collectors.joining(", "));
    }

    /** For example {@code 1.2 ms}. */
    public static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / NANOS_PER_MILLI);
    }
}
