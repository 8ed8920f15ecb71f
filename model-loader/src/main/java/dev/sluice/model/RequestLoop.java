package dev.sluice.model;

/**
 * The event loop that a request belongs to, as the batcher sees it: the seam that lets it batch per tick of the loop
 * without knowing the web framework.
 *
 * <p>Threading: {@link #execute} may be called from any thread; the rest from the loop itself.
 */
public interface RequestLoop {
    /** Position among the loops, in [0, number of loops). */
    int index();

    /** True on the loop's own thread. */
    boolean inLoop();

    /** Runs {@code task} on the loop, soon; from any thread. */
    void execute(Runnable task);

    /** Runs {@code task} once all that has arrived in the loop's present tick was handled. Call on the loop. */
    void atEndOfTick(Runnable task);

    /**
     * Runs {@code task} on the loop once {@code delayNanos} have passed (resolution 1 ms, never early).
     *
     * @return cancels the timer; harmless when it has already fired
     */
    Cancellable schedule(long delayNanos, Runnable task);

    /** Something that can be called off. */
    interface Cancellable {
        void cancel();
    }
}
