package dev.sluice.gateway.resilience;

import dev.sluice.model.NanoClock;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that starts at the wall clock's time and goes on by elapsed time, so that a pause is as long as it should be while
 * somebody sets the machine's time.
 *
 * <p>Threading: thread-safe.
 */
public final class SteadyClock extends Clock {
    private final Instant start;
    private final long startNanos;
    private final NanoClock elapsed;
    private final ZoneId zone;

    /**
     * @param wall read once, now
     * @param elapsed read whenever this clock is
     */
    public SteadyClock(InstantSource wall, NanoClock elapsed) {
        this(wall.instant(), elapsed.nanoTime(), elapsed, ZoneOffset.UTC);
    }

    private SteadyClock(Instant start, long startNanos, NanoClock elapsed, ZoneId zone) {
        this.start = start;
        this.startNanos = startNanos;
        this.elapsed = elapsed;
        this.zone = zone;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(elapsed.nanoTime() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new SteadyClock(start, startNanos, elapsed, other);
    }
}
