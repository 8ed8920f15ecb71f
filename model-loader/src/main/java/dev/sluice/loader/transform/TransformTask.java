package dev.sluice.loader.transform;

/**
 * Work for a transform thread.
 *
 * <p>Threading: exactly one of the two methods is called, once, on any thread.
 */
public interface TransformTask {
    /** Does the work; must not throw. */
    void run();

    /** The threads are being stopped, and the work will not be done. */
    void abandon();
}
