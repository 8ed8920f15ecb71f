package dev.sluice.canary.routing;

import dev.sluice.model.ModelKey;

/**
 * Where a request goes, or why it can go nowhere.
 *
 * <p>Threading: immutable.
 */
public sealed interface RouteDecision {
    /**
     * To this version.
     *
     * @param key the version
     * @param arm name of the arm that it was chosen as; {@code pinned} when the request named the version itself, {@code
     *     fallback} when it stands in for another
     * @param reason why
     */
    record Routed(ModelKey key, String arm, Reason reason) implements RouteDecision {}

    /**
     * To this version once it is loaded, which takes somebody to ask for it.
     *
     * @param key the version
     */
    record Dormant(ModelKey key) implements RouteDecision {}

    /** There is no such model, version or label; the message lists what is available. */
    record Unknown(String message) implements RouteDecision {}

    /** It is known but does not serve now; the message says why. */
    record Unavailable(String message) implements RouteDecision {}

    /** Why a version was chosen. */
    enum Reason {
        /** The model has one arm. */
        ROUTE,
        /** By weight and key. */
        SPLIT,
        /** The request named a version or label. */
        PINNED,
        /** It stands in for the version that was chosen, which is taken out. */
        FALLBACK
    }
}
