package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.model.ModelKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a snapshot that operations wait for, and their answers in words.
 *
 * <p>Threading: stateless.
 */
final class VersionStates {
    private VersionStates() {}

    /** Whether no version of the model is on its way to be loaded. */
    static boolean isSettled(ServingSnapshot snapshot, String model) {
        return snapshot.statuses(model).stream()
                .noneMatch(status -> status.state() == ModelState.REGISTERED || status.state() == ModelState.LOADING);
    }

    /** Whether no version of the model is on its way to be closed. */
    static boolean isDrained(ServingSnapshot snapshot, String model) {
        return snapshot.statuses(model).stream().noneMatch(status -> status.state() == ModelState.DRAINING);
    }

    static boolean is(ServingSnapshot snapshot, ModelKey key, ModelState state) {
        VersionStatus status = snapshot.status(key);
        return status != null && status.state() == state;
    }

    /** For example {@code quarantined at step golden: row 3 differs}. */
    static String describe(@Nullable VersionStatus status) {
        if (status == null) {
            return "not loaded";
        }
        String state = status.state().name().toLowerCase(Locale.ROOT);
        String where = status.step().isEmpty() ? "" : " at step " + status.step();
        return status.reason().isEmpty() ? state + where : state + where + ": " + status.reason();
    }
}
