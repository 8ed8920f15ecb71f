package dev.sluice.loader.lifecycle;

import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.ModelKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the loading of one version went.
 *
 * <p>Threading: immutable.
 *
 * @param key the version
 * @param ok true when it is ready
 * @param step at which step it failed; empty when it did not
 * @param reason why it failed; empty when it did not
 * @param duration from the begin of loading, without waiting for a thread
 * @param device where it runs; null when it failed
 * @param batching whether its requests are batched and why; empty when it failed
 * @param tuning how its requests are run and why; null when it failed
 * @param estimateBytes upper bound of the memory it takes on its device; 0 when that is not known
 * @param steps of the gate as they went, the one that failed last
 */
public record LoadReport(
        ModelKey key,
        boolean ok,
        String step,
        String reason,
        Duration duration,
        @Nullable Device device,
        String batching,
        @Nullable Tuning tuning,
        long estimateBytes,
        List<GateStep> steps) {
    public LoadReport {
        steps = List.copyOf(steps);
    }

    static LoadReport loaded(ReadyVersion version) {
        return new LoadReport(
                version.key(),
                true,
                "",
                "",
                version.loadDuration(),
                version.device(),
                version.batching().toString(),
                version.tuning().current(),
                version.estimateBytes(),
                version.steps());
    }

    static LoadReport failed(ModelKey key, String step, String reason, Duration duration, List<GateStep> steps) {
        return new LoadReport(key, false, step, reason, duration, null, "", null, 0, steps);
    }

    /** Whether it failed only because there was no memory for it. */
    public boolean isOutOfMemory() {
        return !ok && step.equals(ResourceBudget.STEP);
    }
}
