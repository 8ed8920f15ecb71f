package dev.sluice.gateway.control;

import dev.sluice.canary.routing.ModelAvailability;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells routing what the loader has.
 *
 * <p>Threading: stateless.
 */
public final class Availability {
    private Availability() {}

    /** What of each model can be routed to, by the snapshot of this moment. */
    public static Map<String, ModelAvailability> of(ServingSnapshot snapshot) {
        Map<String, ModelAvailability> models = new HashMap<>();
        snapshot.definitions().forEach((name, definition) -> {
            NavigableMap<Long, String> unavailable = new TreeMap<>();
            for (VersionStatus status : snapshot.statuses(name)) {
                if (status.state() != ModelState.READY) {
                    unavailable.put(status.key().version(), text(status));
                }
            }
            models.put(
                    name,
                    new ModelAvailability(
                            new TreeSet<>(snapshot.ready(name)),
                            unavailable,
                            Map.of(),
                            String.join("; ", definition.problems())));
        });
        return models;
    }

    /**
     * Whether the models that should serve do.
     *
     * @param strict every version of every model; otherwise one version of each model that could be loaded at all
     */
    public static boolean isReady(ServingSnapshot snapshot, boolean strict) {
        for (String name : snapshot.definitions().keySet()) {
            boolean anyReady = !snapshot.ready(name).isEmpty();
            boolean anyPending = false;
            boolean anyFailed = !snapshot.definitions().get(name).problems().isEmpty();
            for (VersionStatus status : snapshot.statuses(name)) {
                anyPending |= status.state() == ModelState.REGISTERED || status.state() == ModelState.LOADING;
                anyFailed |= status.state() == ModelState.QUARANTINED;
            }
            if (anyPending || (strict && (anyFailed || !anyReady))) {
                return false;
            }
        }
        return true;
    }

    private static String text(VersionStatus status) {
        String state = status.state().name().toLowerCase(Locale.ROOT);
        return status.reason().isEmpty() ? state : state + ": " + status.reason();
    }
}
