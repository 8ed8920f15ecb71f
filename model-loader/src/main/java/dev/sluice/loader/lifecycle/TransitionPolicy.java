package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of one model to load, which to have ready for loading, and which to retire, given what is wanted and what is
 * there.
 *
 * <p>Preserves availability: what serves is retired only once loading of what is wanted is over and at least one wanted version
 * is ready. So a broken new version leaves the old one serving, and so does a definition with problems. Where a version has
 * failed, the next older one stands in for it; where it has failed only as it is now, and still serves as it was, that goes on. A
 * model that is wanted no more, or with no version at all, is retired at once.
 *
 * <p>A dormant version wakes when somebody asks for it, never by itself.
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
     * @param rest targets that become dormant, ascending
     * @param retire versions to take away; loading ones as soon as they have loaded
     */
    record Plan(List<VersionTarget> load, List<VersionTarget> rest, List<Present> retire) {
        static final Plan NOTHING = new Plan(List.of(), List.of(), List.of());
    }

    /**
     * The actions for one model.
     *
     * @param definition what is wanted; null when the model is not wanted
     * @param present all its versions that are not closed
     * @param retryFailed whether wanted versions that are quarantined are loaded again
     */
    static Plan plan(@Nullable ModelDefinition definition, List<Present> present, boolean retryFailed) {
        if (definition != null && !definition.problems().isEmpty()) {
            return Plan.NOTHING;
        }
        List<VersionTarget> wanted = definition == null
                ? List.of()
                : wanted(definition, retryFailed ? Set.of() : failed(definition, present));
        List<VersionTarget> missing = wanted.stream()
                .filter(target -> present.stream()
                        .noneMatch(p -> p.target().equals(target)
                                && (p.isLive() || (p.state() == ModelState.QUARANTINED && !retryFailed))))
                .toList();
        List<VersionTarget> load = new ArrayList<>();
        List<VersionTarget> rest = new ArrayList<>();
        boolean lazy = definition != null && definition.config().serving().onDemand();
        for (VersionTarget target : missing) {
            boolean dormant = present.contains(new Present(target, ModelState.DORMANT));
            boolean refused = present.contains(new Present(target, ModelState.QUARANTINED));
            if (!lazy || refused || (!dormant && replaces(target, wanted, present))) {
                load.add(target);
            } else if (!dormant) {
                rest.add(target);
            }
        }
        boolean rests = !rest.isEmpty()
                || wanted.stream().anyMatch(target -> present.contains(new Present(target, ModelState.DORMANT)));
        List<Present> retire = retire(definition, wanted, load, rests, present);
        return new Plan(List.copyOf(load), List.copyOf(rest), retire);
    }

    private static List<Present> retire(
            @Nullable ModelDefinition definition,
            List<VersionTarget> wanted,
            List<VersionTarget> load,
            boolean rests,
            List<Present> present) {
        Set<VersionTarget> available =
                definition == null ? Set.of() : Set.copyOf(targets(definition, definition.available()));
        boolean settled =
                load.isEmpty() && present.stream().noneMatch(p -> p.isLoading() && wanted.contains(p.target()));
        boolean oneReady = present.stream().anyMatch(p -> p.state() == ModelState.READY && wanted.contains(p.target()));
        boolean noneWanted = definition == null || definition.versions().isEmpty();
        boolean mayRetireReady = noneWanted || (settled && oneReady);
        // One that rests can take the requests of one that was unloaded, though not of one that is only replaced.
        Set<Long> stopped =
                definition == null || !rests ? Set.of() : definition.intent().stoppedVersions();
        List<Present> standby =
                noneWanted || definition == null ? List.of() : standby(definition, wanted, available, present);
        List<Present> retire = new ArrayList<>();
        for (Present p : present) {
            boolean unwanted = !wanted.contains(p.target());
            boolean goes = switch (p.state()) {
                case QUARANTINED -> load.contains(p.target()) || !available.contains(p.target());
                case REGISTERED, LOADING -> unwanted;
                case DORMANT -> unwanted;
                case READY ->
                    unwanted
                            && (mayRetireReady
                                    || stopped.contains(p.target().key().version()))
                            && !standby.contains(p)
                            && !standsInForItself(p, wanted, present);
                case DRAINING, CLOSED -> false;
            };
            if (goes) {
                retire.add(p);
            }
        }
        return List.copyOf(retire);
    }

    /** Whether a version serves as it was because it is not ready as it is now. */
    private static boolean standsInForItself(Present p, List<VersionTarget> wanted, List<Present> present) {
        return wanted.stream()
                .anyMatch(target -> target.key().equals(p.target().key())
                        && !present.contains(new Present(target, ModelState.READY)));
    }

    /** Ready versions that are not wanted but stay for a rollback, as many as the configuration says; the newest ones. */
    private static List<Present> standby(
            ModelDefinition definition,
            List<VersionTarget> wanted,
            Set<VersionTarget> available,
            List<Present> present) {
        Set<ModelKey> serving = new HashSet<>();
        wanted.forEach(target -> serving.add(target.key()));
        Set<Long> stopped = definition.intent().stoppedVersions();
        return present.stream()
                .filter(p -> p.state() == ModelState.READY
                        && !serving.contains(p.target().key())
                        && available.contains(p.target())
                        && !stopped.contains(p.target().key().version()))
                .sorted(Comparator.comparing((Present p) -> p.target().key()).reversed())
                .limit(definition.config().serving().keepPrevious())
                .toList();
    }

    /** What should serve, given what has failed. */
    private static List<VersionTarget> wanted(ModelDefinition definition, Set<Long> failed) {
        return targets(definition, definition.versions(failed));
    }

    /** Versions that the gate has refused as they are now, and that do not serve as they were either. */
    private static Set<Long> failed(ModelDefinition definition, List<Present> present) {
        return targets(definition, definition.available()).stream()
                .filter(target -> present.contains(new Present(target, ModelState.QUARANTINED))
                        && present.stream()
                                .noneMatch(p -> p.isLive() && p.target().key().equals(target.key())))
                .map(target -> target.key().version())
                .collect(Collectors.toSet());
    }

    private static List<VersionTarget> targets(ModelDefinition definition, List<VersionFiles> versions) {
        return versions.stream()
                .map(files -> new VersionTarget(files, definition.config()))
                .toList();
    }

    /** Whether a version that may rest takes over from one that does not. */
    private static boolean replaces(VersionTarget target, List<VersionTarget> wanted, List<Present> present) {
        return present.stream()
                .anyMatch(p -> p.isLive()
                        && !wanted.contains(p.target())
                        && p.target().key().version() <= target.key().version());
    }
}
