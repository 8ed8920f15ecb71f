package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.SecondSample;
import java.util.function.Consumer;

/**
 * Tells another thread how far a run has come.
 *
 * <p>Threading: thread-safe.
 */
final class Seconds implements Consumer<SecondSample> {
    private long over;
    private boolean ended;

    @Override
    public synchronized void accept(SecondSample sample) {
        over = sample.second() + 1L;
    }

    /** The run is over, or will never begin. */
    synchronized void end() {
        ended = true;
    }

    /** Whether that many seconds of the measured span are over, or the run is. */
    synchronized boolean isOver(long seconds) {
        return over >= seconds || ended;
    }
}
