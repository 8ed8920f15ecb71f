package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.util.Set;

/**
 * Goals that are measured together on the same servers.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
interface SpeedGroup {
    /** Its name in logs and folders. */
    String name();

    /** What it can measure; it runs when one of them is asked for. */
    Set<Goal> goals();

    /**
     * Starts what it needs, measures, tells the bench's ledger, and stops what it has started.
     *
     * @throws CannotMeasureException if nothing can be said about any of its goals that has no reason of its own yet
     */
    void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException;
}
