package dev.sluice.loader.lifecycle;

/**
 * Is told what happens to versions, in the order in which it happens.
 *
 * <p>Threading: called under the manager's lock from load, unload and reconciling threads; must not block. It may read the
 * manager's snapshot and borrow versions.
 */
@FunctionalInterface
public interface ModelListener {
    void changed(ModelEvent event);
}
