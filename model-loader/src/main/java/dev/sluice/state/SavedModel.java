package dev.sluice.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of one model beyond its folder: what operators have said about it, and which versions have served.
 *
 * <p>Bounds: {@value #LABELS_MAX} labels, {@value #VERSIONS_MAX} versions said anything about, {@value #SERVED_MAX} that served;
 * beyond the last the oldest are forgotten, beyond the others the caller is refused with a {@link StateLimitException}.
 *
 * <p>Threading: immutable.
 *
 * @param name the model
 * @param stopped whether it was unloaded as a whole
 * @param stoppedVersions versions that were unloaded
 * @param loadedVersions versions that were loaded by number
 * @param labels label → version
 * @param served versions that requests went to by default, the present one last
 */
public record SavedModel(
        String name,
        boolean stopped,
        Set<Long> stoppedVersions,
        Set<Long> loadedVersions,
        SortedMap<String, SavedLabel> labels,
        List<ServedVersion> served) {
    /** Most labels of a model. */
    public static final int LABELS_MAX = 64;

    /** Most versions that were loaded, and most that were unloaded, by number. */
    public static final int VERSIONS_MAX = 1_024;

    /** Most versions that are remembered to have served. */
    public static final int SERVED_MAX = 32;

    public SavedModel {
        StateLimitException.require(name, "labels", LABELS_MAX, labels.size());
        StateLimitException.require(name, "versions that were loaded by number", VERSIONS_MAX, loadedVersions.size());
        StateLimitException.require(
                name, "versions that were unloaded by number", VERSIONS_MAX, stoppedVersions.size());
        stoppedVersions = Set.copyOf(stoppedVersions);
        loadedVersions = Set.copyOf(loadedVersions);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        served = List.copyOf(served.subList(Math.max(0, served.size() - SERVED_MAX), served.size()));
    }

    /** A model about which nothing is known. */
    public static SavedModel unknown(String name) {
        return new SavedModel(name, false, Set.of(), Set.of(), new TreeMap<>(), List.of());
    }

    /** Unloaded as a whole, or not. */
    public SavedModel withStopped(boolean now) {
        return new SavedModel(name, now, stoppedVersions, loadedVersions, labels, served);
    }

    /** Nothing said about single versions any more, but for those that were loaded by number. */
    public SavedModel withoutStoppedVersions() {
        return new SavedModel(name, stopped, Set.of(), loadedVersions, labels, served);
    }

    /** That version loaded by number. */
    public SavedModel withLoaded(long version) {
        return new SavedModel(
                name, stopped, without(stoppedVersions, version), with(loadedVersions, version), labels, served);
    }

    /** That version unloaded by number. */
    public SavedModel withStopped(long version) {
        return new SavedModel(
                name, stopped, with(stoppedVersions, version), without(loadedVersions, version), labels, served);
    }

    /** That version not unloaded any more. */
    public SavedModel withoutStopped(long version) {
        return new SavedModel(name, stopped, without(stoppedVersions, version), loadedVersions, labels, served);
    }

    /** The label on that version. */
    public SavedModel withLabel(String label, long version, Instant now) {
        SortedMap<String, SavedLabel> changed = new TreeMap<>(labels);
        changed.put(label, new SavedLabel(version, millis(now)));
        return new SavedModel(name, stopped, stoppedVersions, loadedVersions, changed, served);
    }

    public SavedModel withoutLabel(String label) {
        SortedMap<String, SavedLabel> changed = new TreeMap<>(labels);
        changed.remove(label);
        return new SavedModel(name, stopped, stoppedVersions, loadedVersions, changed, served);
    }

    /** Requests go to that version by default from now on; the same where they did already. */
    public SavedModel withServed(long version, Instant now) {
        if (!served.isEmpty() && served.get(served.size() - 1).version() == version) {
            return this;
        }
        List<ServedVersion> changed = new ArrayList<>(served);
        changed.add(new ServedVersion(version, millis(now)));
        return new SavedModel(name, stopped, stoppedVersions, loadedVersions, labels, changed);
    }

    /** Without those of {@code stoppedVersions} and {@code loadedVersions} that are not among these. */
    public SavedModel keepingVersions(Set<Long> existing) {
        if (existing.containsAll(stoppedVersions) && existing.containsAll(loadedVersions)) {
            return this;
        }
        Set<Long> stoppedOnes = new TreeSet<>(stoppedVersions);
        Set<Long> loadedOnes = new TreeSet<>(loadedVersions);
        stoppedOnes.retainAll(existing);
        loadedOnes.retainAll(existing);
        return new SavedModel(name, stopped, stoppedOnes, loadedOnes, labels, served);
    }

    private static Instant millis(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }

    private static Set<Long> with(Set<Long> versions, long version) {
        Set<Long> changed = new TreeSet<>(versions);
        changed.add(version);
        return changed;
    }

    private static Set<Long> without(Set<Long> versions, long version) {
        Set<Long> changed = new TreeSet<>(versions);
        changed.remove(version);
        return changed;
    }
}
