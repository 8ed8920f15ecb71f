package dev.sluice.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void goesOnByElapsedTimeWhileTheWallClockJumps() {
        AtomicReference<Instant> wall = new AtomicReference<>(START);
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        SteadyClock clock = new SteadyClock(wall::get, nanos::get);

        wall.set(START.minus(Duration.ofDays(1)));
        nanos.addAndGet(2_000_000_000L);

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(2));
    }
}
