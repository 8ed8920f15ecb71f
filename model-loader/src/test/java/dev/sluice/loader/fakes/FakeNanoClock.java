package dev.sluice.loader.fakes;

import dev.sluice.model.NanoClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that stands still until a test moves it.
 *
 * <p>Threading: thread-safe.
 */
public final class FakeNanoClock implements NanoClock {
    private final AtomicLong now = new AtomicLong(1_000_000_000);

    @Override
    public long nanoTime() {
        return now.get();
    }

    public void advanceMillis(long millis) {
        now.addAndGet(millis * 1_000_000);
    }
}
