package dev.sluice.loader.lifecycle;

/**
 * Is told what happens to versions, in the order in which it happens.
 *
 * <p>Threading: called under the manager's lock from load, unload and reconciling threads; must not block. It may read the
 * manager's snapshot and borrow versions.
 */
@FunctionalInterface
public interface ModelListener {
    /** A version has reached a state. */
    void changed(ModelEvent event);

    /**
     * What is there has changed, once for each change however many versions it was about. While this is called, both the
     * versions that were ready before and those that are ready now can be borrowed; those that are gone cannot any more once all
     * listeners have returned. So a router that goes by this never sends anybody to a version that is not there.
     */
    default void published(ServingSnapshot snapshot) {}
}
