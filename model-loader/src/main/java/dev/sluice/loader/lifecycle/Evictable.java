package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.runtime.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which ready versions may go when memory is short, and in which order.
 *
 * <p>Threading: stateless; called under the manager's lock.
 */
final class Evictable {
    private Evictable() {}

    /**
     * First those that are only kept for a rollback, from the one that has served for the longest time; then those that are loaded
     * on demand, from the one that was not used for the longest time. Versions that operators keep are not among them. Of the model
     * for which room is made, what was loaded on demand and is not wanted any more may go when somebody waits for the new one; else
     * it serves until that is ready.
     *
     * @param loading for which room is made
     * @param definitions what is wanted, by model
     */
    static List<VersionSlot> of(
            VersionSlot loading, List<VersionSlot> slots, Map<String, ModelDefinition> definitions, Device device) {
        List<VersionSlot> standby = new ArrayList<>();
        List<VersionSlot> lazy = new ArrayList<>();
        for (VersionSlot slot : slots) {
            if (slot.state != ModelState.READY || !slot.version().device().equals(device)) {
                continue;
            }
            ModelDefinition definition = definitions.get(slot.key().name());
            if (definition == null || !definition.problems().isEmpty()) {
                continue;
            }
            long version = slot.key().version();
            if (definition.intent().kept().contains(version)) {
                continue;
            }
            boolean wanted =
                    definition.versions().stream().anyMatch(files -> files.key().version() == version);
            if (slot.key().name().equals(loading.key().name()) && slot.isLazy()) {
                if (loading.asked && !wanted) {
                    standby.add(slot);
                }
            } else if (!wanted && standsBehind(slot, slots)) {
                standby.add(slot);
            } else if (slot.isLazy()) {
                lazy.add(slot);
            }
        }
        standby.sort(Comparator.comparing(slot -> slot.since));
        lazy.sort(Comparator.comparingLong(VersionSlot::lastUsedNanos));
        List<VersionSlot> order = new ArrayList<>(standby);
        order.addAll(lazy);
        return order;
    }

    /** Whether a newer version of its model is ready. */
    private static boolean standsBehind(VersionSlot slot, List<VersionSlot> slots) {
        return slots.stream()
                .anyMatch(other -> other.state == ModelState.READY
                        && other.key().name().equals(slot.key().name())
                        && other.key().version() > slot.key().version());
    }
}
