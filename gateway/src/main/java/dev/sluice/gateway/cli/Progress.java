package dev.sluice.gateway.cli;

import dev.sluice.model.NanoClock;
import java.io.PrintWriter;

/**
 * Says how far long work has come: a line every two seconds, none for what is done before.
 *
 * <p>Threading: guarded by its own lock; called by every thread that works.
 */
final class Progress {
    private static final long PERIOD_NANOS = 2_000_000_000L;

    private final PrintWriter out;
    private final NanoClock clock;
    private long last;

    Progress(PrintWriter out, NanoClock clock) {
        this.out = out;
        this.clock = clock;
        this.last = clock.nanoTime();
    }

    /** So many bytes are read. */
    void bytes(String what, long done, long total) {
        if (isDue()) {
            line(what, (done >> 20) + " of " + (total >> 20) + " MiB");
        }
    }

    /** So many of something are done. */
    void count(String what, long done, String unit) {
        if (isDue()) {
            line(what, done + " " + unit);
        }
    }

    private synchronized boolean isDue() {
        long now = clock.nanoTime();
        if (now - last < PERIOD_NANOS) {
            return false;
        }
        last = now;
        return true;
    }

    private void line(String what, String text) {
        out.println("  " + what + " ".repeat(Math.max(1, 11 - what.length())) + text);
        out.flush();
    }
}
