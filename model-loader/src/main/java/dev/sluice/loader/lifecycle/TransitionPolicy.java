package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of one model to load and which to retire, given what is wanted and what is there.
 *
 * <p>Preserves availability: what serves is retired only once loading of what is wanted is over and at least one wanted version
 * is ready. So a broken new version leaves the old one serving, and so does a definition with problems. A model that is wanted
 * no more, or with no version at all, is retired at once.
 *
 * <p>Threading: stateless, pure.
 *
 * @see "TensorFlow Serving, core/availability_preserving_policy.h"
 */
final class TransitionPolicy {
    private TransitionPolicy() {}

    /** One version that is there. */
    record Present(VersionTarget target, ModelState state) {
        boolean isLoading() {
            return state == ModelState.REGISTERED || state == ModelState.LOADING;
        }

        boolean isLive() {
            return isLoading() || state == ModelState.READY;
        }
    }

    /**
     * What to do now.
     *
     * @param load targets to load, ascending
     * @param retire versions to take away; loading ones as soon as they have loaded
     */
    record Plan(List<VersionTarget> load, List<Present> retire) {}

    /**
     * The actions for one model.
     *
     * @param definition what is wanted; null when the model is not wanted
     * @param present all its versions that are not closed
     * @param retryFailed whether wanted versions that are quarantined are loaded again
     */
    static Plan plan(@Nullable ModelDefinition definition, List<Present> present, boolean retryFailed) {
        if (definition != null && !definition.problems().isEmpty()) {
            return new Plan(List.of(), List.of());
        }
        List<VersionTarget> wanted = definition == null
                ? List.of()
                : definition.versions().stream()
                        .map(files -> new VersionTarget(files, definition.config()))
                        .toList();
        List<VersionTarget> load = wanted.stream()
                .filter(target -> present.stream()
                        .noneMatch(p -> p.target().equals(target)
                                && (p.isLive() || (p.state() == ModelState.QUARANTINED && !retryFailed))))
                .toList();
        boolean settled =
                load.isEmpty() && present.stream().noneMatch(p -> p.isLoading() && wanted.contains(p.target()));
        boolean oneReady = present.stream().anyMatch(p -> p.state() == ModelState.READY && wanted.contains(p.target()));
        boolean mayRetireReady = wanted.isEmpty() || (settled && oneReady);
        List<Present> retire = new ArrayList<>();
        for (Present p : present) {
            boolean unwanted = !wanted.contains(p.target());
            boolean failedBefore = p.state() == ModelState.QUARANTINED && (unwanted || load.contains(p.target()));
            if (failedBefore || (unwanted && p.isLoading())) {
                retire.add(p);
            } else if (unwanted && p.state() == ModelState.READY && mayRetireReady) {
                retire.add(p);
            }
        }
        return new Plan(load, List.copyOf(retire));
    }
}
