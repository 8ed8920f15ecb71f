package dev.sluice.gateway.http;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes prediction ids: 32 hex digits, unique over processes and restarts.
 *
 * <p>The first half is random per process, the second counts, scrambled by an odd multiplier so that ids do not tell how many
 * requests there were.
 *
 * <p>Threading: thread-safe; lock-free.
 */
final class PredictionIds {
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private final String process;
    private final AtomicLong next;

    PredictionIds(RandomGenerator random) {
        process = HexFormat.of().toHexDigits(random.nextLong());
        next = new AtomicLong(random.nextLong());
    }

    String next() {
        return process + HexFormat.of().toHexDigits(next.getAndIncrement() * ODD);
    }
}
