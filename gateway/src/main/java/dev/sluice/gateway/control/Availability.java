package dev.sluice.gateway.control;

import dev.sluice.canary.routing.ModelAvailability;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.repository.ModelDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tells routing what the loader has.
 *
 * <p>Threading: stateless.
 */
public final class Availability {
    /** Of a model or version that an operator has taken away. */
    static final String UNLOADED = "it was unloaded; loading it brings it back";

    private Availability() {}

    /**
     * What of each model can be routed to, by the snapshot of this moment.
     *
     * @param labels model → label → version
     */
    public static Map<String, ModelAvailability> of(ServingSnapshot snapshot, Map<String, Map<String, Long>> labels) {
        Map<String, ModelAvailability> models = new HashMap<>();
        snapshot.definitions().forEach((name, definition) -> {
            NavigableSet<Long> ready = snapshot.ready(name).stream()
                    .map(version -> version.key().version())
                    .collect(Collectors.toCollection(TreeSet::new));
            NavigableMap<Long, String> unavailable = new TreeMap<>();
            definition.intent().stoppedVersions().forEach(version -> unavailable.put(version, UNLOADED));
            NavigableSet<Long> dormant = new TreeSet<>();
            for (VersionStatus status : snapshot.statuses(name)) {
                if (isLoadedOnDemand(status)) {
                    dormant.add(status.key().version());
                } else if (status.state() != ModelState.READY) {
                    unavailable.put(status.key().version(), VersionStates.describe(status));
                }
            }
            models.put(
                    name,
                    new ModelAvailability(
                            ready,
                            dormant,
                            unavailable,
                            labels.getOrDefault(name, Map.of()),
                            snapshot.ready(name).isEmpty()
                                            || definition.intent().stopped()
                                    ? problem(definition)
                                    : ""));
        });
        return models;
    }

    /**
     * Why no version of that model can be loaded, whatever lies in its folder; empty where one may be. What serves already goes on
     * serving nevertheless, unless the model was unloaded.
     */
    static String problem(ModelDefinition definition) {
        if (definition.intent().stopped()) {
            return UNLOADED;
        }
        return String.join("; ", definition.problems());
    }

    /**
     * Whether the models that should serve do; those that an operator has unloaded should not. Circuit breakers have no say: what
     * opens one on this server opens it on all of its kind, and they must not all be taken from their clients at once, nor a version
     * from those who try it.
     *
     * @param strict true: every model must have a ready version; false: a model that has failed for good does not count
     */
    public static boolean isReady(ServingSnapshot snapshot, boolean strict) {
        for (Map.Entry<String, ModelDefinition> model : snapshot.definitions().entrySet()) {
            if (model.getValue().intent().stopped()) {
                continue;
            }
            boolean ready = !snapshot.ready(model.getKey()).isEmpty()
                    || snapshot.statuses(model.getKey()).stream().anyMatch(Availability::isLoadedOnDemand);
            boolean pending = snapshot.statuses(model.getKey()).stream()
                    .anyMatch(
                            status -> status.state() == ModelState.REGISTERED || status.state() == ModelState.LOADING);
            if (!ready && (strict || pending)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a request for this version waits for its load instead of being refused. */
    private static boolean isLoadedOnDemand(VersionStatus status) {
        return status.state() == ModelState.DORMANT || status.asked();
    }
}
