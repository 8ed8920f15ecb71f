package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the manager has shown to the world: what is there, for readers, and the slots to borrow from.
 *
 * <p>Threading: immutable; the slots are thread-safe where they are borrowed.
 *
 * @param snapshot for readers
 * @param ready the slot of every ready version
 */
record Published(ServingSnapshot snapshot, Map<ModelKey, VersionSlot> ready) {
    /**
     * What these slots amount to. Call under the manager's lock.
     *
     * @param slots all that are not closed, oldest first
     */
    static Published of(Collection<VersionSlot> slots, SortedMap<String, ModelDefinition> definitions) {
        Map<ModelKey, VersionSlot> ready = new HashMap<>();
        SortedMap<ModelKey, VersionStatus> statuses = new TreeMap<>();
        for (VersionSlot slot : slots) {
            statuses.merge(slot.key(), slot.status(), Published::telling);
            if (slot.state == ModelState.READY) {
                ready.put(slot.key(), slot);
            }
        }
        SortedMap<String, List<ReadyVersion>> byName = new TreeMap<>();
        ready.values().stream()
                .map(VersionSlot::version)
                .sorted(Comparator.comparing(ReadyVersion::key))
                .forEach(version -> byName.computeIfAbsent(version.key().name(), name -> new ArrayList<>())
                        .add(version));
        byName.replaceAll((name, versions) -> List.copyOf(versions));
        return new Published(new ServingSnapshot(byName, statuses, definitions), Map.copyOf(ready));
    }

    /** The same with what could be borrowed before, until nobody is sent there any more. */
    Published before(Published last) {
        if (ready.keySet().containsAll(last.ready.keySet())) {
            return this;
        }
        Map<ModelKey, VersionSlot> both = new HashMap<>(last.ready);
        both.putAll(ready);
        return new Published(snapshot, Map.copyOf(both));
    }

    /** Of two slots of one version, what clients should know: it serves if one of them does. */
    private static VersionStatus telling(VersionStatus older, VersionStatus newer) {
        if (older.state() != ModelState.READY || newer.state() == ModelState.READY) {
            return newer;
        }
        return newer.state() == ModelState.QUARANTINED
                ? new VersionStatus(
                        older.key(),
                        ModelState.READY,
                        newer.step(),
                        "serves as configured before, reloading failed: " + newer.reason(),
                        older.since(),
                        false,
                        older.steps())
                : older;
    }
}
