package dev.sluice.loader.repository;

import java.util.Set;

/**
 * What operators have said about the versions of one model while the server runs; it goes before the version policy.
 *
 * <p>Threading: immutable.
 *
 * @param stopped whether the model was unloaded as a whole
 * @param stoppedVersions versions that were unloaded
 * @param kept versions that are loaded and stay, whatever the policy says: loaded by number, labelled, or named as a fallback
 */
public record Intent(boolean stopped, Set<Long> stoppedVersions, Set<Long> kept) {
    /** Nothing was said. */
    public static final Intent NONE = new Intent(false, Set.of(), Set.of());

    public Intent {
        stoppedVersions = Set.copyOf(stoppedVersions);
        kept = Set.copyOf(kept);
    }
}
