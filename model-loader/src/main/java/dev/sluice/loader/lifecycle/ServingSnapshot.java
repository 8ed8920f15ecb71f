package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the manager has, at one moment.
 *
 * <p>Threading: immutable.
 *
 * @param ready model name → its ready versions, ascending; names without a ready version are not there
 * @param statuses every known version, ascending
 * @param definitions model name → what its folder said when it was last read, problems included
 */
public record ServingSnapshot(
        SortedMap<String, List<ReadyVersion>> ready,
        SortedMap<ModelKey, VersionStatus> statuses,
        SortedMap<String, ModelDefinition> definitions) {
    /** Longer lists of names are cut in messages. */
    private static final int LISTED_MAX = 20;

    static final ServingSnapshot EMPTY = new ServingSnapshot(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    public ServingSnapshot {
        ready = Collections.unmodifiableSortedMap(new TreeMap<>(ready));
        statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
        definitions = Collections.unmodifiableSortedMap(new TreeMap<>(definitions));
    }

    /** Ready versions of that model, ascending; empty when there are none. */
    public List<ReadyVersion> ready(String name) {
        return ready.getOrDefault(name, List.of());
    }

    /** The ready version with the highest number, or null. */
    public @Nullable ReadyVersion newest(String name) {
        List<ReadyVersion> versions = ready(name);
        return versions.isEmpty() ? null : versions.get(versions.size() - 1);
    }

    /** That version if it is ready, or null. */
    public @Nullable ReadyVersion ready(ModelKey key) {
        for (ReadyVersion version : ready(key.name())) {
            if (version.key().equals(key)) {
                return version;
            }
        }
        return null;
    }

    /** The state of that version, or null when it is not known. */
    public @Nullable VersionStatus status(ModelKey key) {
        return statuses.get(key);
    }

    /** Every known version of that model, ascending. */
    public Collection<VersionStatus> statuses(String name) {
        return statuses.subMap(new ModelKey(name, 1), new ModelKey(name + '\0', 1))
                .values();
    }

    /** Why no version of that model can be had, for the client. */
    public InferenceException unavailable(String name) {
        Collection<VersionStatus> known = statuses(name);
        ModelDefinition definition = definitions.get(name);
        if (known.isEmpty() && definition == null) {
            return new InferenceException(
                    ErrorCode.MODEL_NOT_FOUND, "model '" + name + "' is not known; available: " + list(ready.keySet()));
        }
        if (definition != null && !definition.problems().isEmpty()) {
            return notReady("model '" + name + "' has a faulty configuration: "
                    + definition.problems().get(0));
        }
        return known.isEmpty()
                ? notReady("model '" + name + "' has no version")
                : notReady("model '" + name + "' has no version that is ready: "
                        + known.stream().map(ServingSnapshot::describe).collect(Collectors.joining(", ")));
    }

    /** Why that version cannot be had, for the client. */
    public InferenceException unavailable(ModelKey key) {
        VersionStatus status = status(key);
        if (status != null) {
            return notReady("model '" + key.name() + "' " + describe(status));
        }
        List<ReadyVersion> versions = ready(key.name());
        if (versions.isEmpty()) {
            return unavailable(key.name());
        }
        return new InferenceException(
                ErrorCode.MODEL_NOT_FOUND,
                "model '" + key.name() + "' has no version " + key.version() + "; available: "
                        + list(versions.stream()
                                .map(version -> Long.toString(version.key().version()))
                                .toList()));
    }

    private static InferenceException notReady(String message) {
        return new InferenceException(ErrorCode.MODEL_NOT_READY, message);
    }

    private static String describe(VersionStatus status) {
        return "version " + status.key().version()
                + switch (status.state()) {
                    case DORMANT -> " is loaded when its first request comes";
                    case REGISTERED -> " waits to be loaded";
                    case LOADING -> " is loading";
                    case READY -> " is ready";
                    case DRAINING, CLOSED -> " is being unloaded";
                    case QUARANTINED -> " failed to load at step '" + status.step() + "': " + status.reason();
                };
    }

    private static String list(Collection<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String listed = names.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
        return names.size() > LISTED_MAX ? listed + " and " + (names.size() - LISTED_MAX) + " more" : listed;
    }
}
