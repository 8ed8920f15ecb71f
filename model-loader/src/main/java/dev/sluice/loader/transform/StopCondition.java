package dev.sluice.loader.transform;

/**
 * Whether somebody still waits for what a transform makes.
 *
 * <p>Threading: asked on transform threads, before each row; must not block.
 */
@FunctionalInterface
public interface StopCondition {
    /**
     * Does nothing while somebody waits.
     *
     * @throws dev.sluice.model.InferenceException with DEADLINE_EXCEEDED or CANCELLED when nobody does any more
     */
    void check();

    /** Somebody always waits. */
    static StopCondition never() {
        return () -> {};
    }
}
