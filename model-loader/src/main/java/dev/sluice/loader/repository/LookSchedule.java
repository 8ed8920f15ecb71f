package dev.sluice.loader.repository;

import java.time.Duration;
import java.util.Optional;

/**
 * When to look at the repository: once changes have paused, but not too long after the first of them; when something that was
 * still being written may be complete; and now and then, in case a change went unnoticed.
 *
 * <p>Threading: confined to the watching thread. Times are those of a {@link dev.sluice.model.NanoClock}.
 */
final class LookSchedule {
    private final long quietNanos;
    private final long delayNanosMax;
    private final long safetyNanos;
    private boolean changed;
    private long firstChange;
    private long lastChange;
    private long next;

    /**
     * A look is due at once.
     *
     * @param quiet how long changes must pause
     * @param delayMax how long a look may wait after the first change
     * @param safety how long it may be until the next look without any change
     */
    LookSchedule(long now, Duration quiet, Duration delayMax, Duration safety) {
        quietNanos = quiet.toNanos();
        delayNanosMax = delayMax.toNanos();
        safetyNanos = safety.toNanos();
        next = now;
    }

    /** Something changed. */
    void changed(long now) {
        if (!changed) {
            changed = true;
            firstChange = now;
        }
        lastChange = now;
    }

    /** A look begins: it sees all that changed so far. */
    void begin(long now) {
        changed = false;
        next = now + safetyNanos;
    }

    /** It is over; {@code again}: after what time another one is worth it. */
    void end(long now, Optional<Duration> again) {
        again.ifPresent(wait -> next = Math.min(next - now, wait.toNanos()) + now);
    }

    /** Nanoseconds until the next look; 0 or less when it is due. */
    long waitNanos(long now) {
        long wait = next - now;
        if (changed) {
            wait = Math.min(wait, Math.min(lastChange + quietNanos, firstChange + delayNanosMax) - now);
        }
        return wait;
    }
}
