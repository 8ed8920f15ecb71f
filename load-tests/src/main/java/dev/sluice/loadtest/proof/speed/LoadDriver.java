package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.time.Duration;

/**
 * Something that keeps connections busy: the next request of a connection follows its last answer.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
interface LoadDriver {
    /** Its name in reports. */
    String name();

    /**
     * Sends for {@code span} over {@code connections}. On a very busy machine nothing may be answered in that time; then the
     * rate is 0.
     *
     * @throws CannotMeasureException if a request failed, or the target is not the one that was meant
     */
    Figures closedLoop(Target target, int connections, Duration span)
            throws IOException, CannotMeasureException, InterruptedException;
}
