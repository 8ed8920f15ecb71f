package dev.sluice.loader.lifecycle;

import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all versions that are not closed, by model, and those of each model from the oldest to the newest slot.
 *
 * <p>Threading: guarded by the manager's lock.
 */
final class VersionSlots {
    private final SortedMap<String, List<VersionSlot>> byName = new TreeMap<>();
    private final List<VersionSlot> unstarted = new ArrayList<>();

    void add(VersionSlot slot) {
        byName.computeIfAbsent(slot.key().name(), name -> new ArrayList<>()).add(slot);
    }

    void remove(VersionSlot slot) {
        List<VersionSlot> of = byName.get(slot.key().name());
        if (of != null && of.remove(slot) && of.isEmpty()) {
            byName.remove(slot.key().name());
        }
    }

    Set<String> names() {
        return byName.keySet();
    }

    /** Those of one model, as they are now. */
    List<VersionSlot> of(String name) {
        return List.copyOf(byName.getOrDefault(name, List.of()));
    }

    /** All of them, model by model. */
    List<VersionSlot> all() {
        List<VersionSlot> all = new ArrayList<>();
        byName.values().forEach(all::addAll);
        return all;
    }

    /** The slot that was made last for that version; it speaks for the version where an older one still drains. */
    @Nullable VersionSlot newest(ModelKey key) {
        VersionSlot newest = null;
        for (VersionSlot slot : byName.getOrDefault(key.name(), List.of())) {
            if (slot.key().equals(key)) {
                newest = slot;
            }
        }
        return newest;
    }

    /** The slot of that version that is ready, or null. */
    @Nullable VersionSlot ready(ModelKey key) {
        for (VersionSlot slot : byName.getOrDefault(key.name(), List.of())) {
            if (slot.key().equals(key) && slot.state == ModelState.READY) {
                return slot;
            }
        }
        return null;
    }

    /** Those of these models that are loading, or will, and are still wanted. */
    Collection<VersionSlot> loading(Set<String> names) {
        List<VersionSlot> loading = new ArrayList<>();
        for (String name : names) {
            for (VersionSlot slot : byName.getOrDefault(name, List.of())) {
                if (slot.present().isLoading() && !slot.retireWhenLoaded) {
                    loading.add(slot);
                }
            }
        }
        return loading;
    }

    /** Has a load started for that slot, by whoever asks for {@link #takeUnstarted} next. */
    void start(VersionSlot slot) {
        unstarted.add(slot);
    }

    /** Those for which a load is to be started; the caller starts them. */
    List<VersionSlot> takeUnstarted() {
        List<VersionSlot> taken = List.copyOf(unstarted);
        unstarted.clear();
        return taken;
    }
}
