package dev.sluice.loader.lifecycle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Those who wait for loads, and for the loads that follow from them: where a version fails, the one that stands in for it.
 *
 * <p>Bound: one entry for each operation that has not ended.
 *
 * <p>Threading: guarded by the manager's lock; the futures are completed by {@link Ended#tell}, outside of it.
 */
final class LoadWaits {
    private final List<Wait> waits = new ArrayList<>();

    private record Wait(Set<VersionSlot> pending, List<LoadReport> reports, CompletableFuture<List<LoadReport>> over) {}

    /** Waits that are over. */
    record Ended(List<Runnable> tells) {
        void tell() {
            tells.forEach(Runnable::run);
        }
    }

    /** Waits for these loads; over at once when there are none. */
    CompletableFuture<List<LoadReport>> add(Collection<VersionSlot> slots) {
        CompletableFuture<List<LoadReport>> over = new CompletableFuture<>();
        if (slots.isEmpty()) {
            over.complete(List.of());
        } else {
            waits.add(new Wait(new HashSet<>(slots), new ArrayList<>(), over));
        }
        return over;
    }

    /**
     * A load has ended.
     *
     * @param followers loads that follow from it
     */
    Ended ended(VersionSlot slot, LoadReport report, Collection<VersionSlot> followers) {
        List<Runnable> tells = new ArrayList<>();
        for (Iterator<Wait> each = waits.iterator(); each.hasNext(); ) {
            Wait wait = each.next();
            if (!wait.pending().remove(slot)) {
                continue;
            }
            wait.reports().add(report);
            wait.pending().addAll(followers);
            if (wait.pending().isEmpty()) {
                each.remove();
                List<LoadReport> reports = wait.reports().stream()
                        .sorted(Comparator.comparing(LoadReport::key))
                        .toList();
                tells.add(() -> wait.over().complete(reports));
            }
        }
        return new Ended(tells);
    }
}
