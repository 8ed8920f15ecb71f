package dev.sluice.loader.lifecycle;

/**
 * Where a version is in its life. It only moves forward: registered, loading, then either ready, draining and closed, or
 * quarantined.
 *
 * <p>Threading: immutable.
 *
 * @see "TensorFlow Serving, core/servable_state.h: available is reported after, unloading before the fact"
 */
public enum ModelState {
    /** Wanted, but only once it is asked for: then it is registered, in another slot after it was evicted. */
    DORMANT,
    /** Wanted; waits for a load thread. */
    REGISTERED,
    LOADING,
    /** Serves; reported after requests can reach it. */
    READY,
    /** Not handed out any more, still in use; reported before requests stop reaching it. */
    DRAINING,
    /** Its memory is freed. */
    CLOSED,
    /** Could not be loaded; the reason says at which step and why. */
    QUARANTINED
}
