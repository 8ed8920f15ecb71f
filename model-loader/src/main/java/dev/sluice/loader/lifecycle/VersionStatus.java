package dev.sluice.loader.lifecycle;

import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.ModelKey;
import java.time.Instant;
import java.util.List;

/**
 * The state of one known version.
 *
 * <p>Threading: immutable.
 *
 * @param key the version
 * @param state its state
 * @param step at which step loading failed; empty when it did not
 * @param reason why it is quarantined, or why a reload of a ready version failed; empty when all is well
 * @param since when it got there
 * @param asked whether it is being loaded because somebody waits for it
 * @param steps of the gate as they went; empty before it was loaded
 */
public record VersionStatus(
        ModelKey key,
        ModelState state,
        String step,
        String reason,
        Instant since,
        boolean asked,
        List<GateStep> steps) {
    public VersionStatus {
        steps = List.copyOf(steps);
    }
}
