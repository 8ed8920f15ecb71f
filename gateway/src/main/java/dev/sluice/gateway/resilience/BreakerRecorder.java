package dev.sluice.gateway.resilience;

import dev.sluice.loader.batching.StageObserver;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import org.jspecify.annotations.Nullable;

/**
 * Tells the breaker of one loaded version how its requests end, and passes everything on.
 *
 * <p>Threading: thread-safe.
 */
final class BreakerRecorder implements StageObserver {
    private final StageObserver next;
    private volatile @Nullable VersionBreaker breaker;

    BreakerRecorder(StageObserver next) {
        this.next = next;
    }

    /** The version has become ready. */
    void begin(VersionBreaker started) {
        breaker = started;
    }

    @Override
    public void ended(long totalNanos, long queueNanos, InferTiming timing, @Nullable ErrorCode failure) {
        next.ended(totalNanos, queueNanos, timing, failure);
        VersionBreaker counting = breaker;
        if (counting != null) {
            counting.ended(failure);
        }
    }
}
