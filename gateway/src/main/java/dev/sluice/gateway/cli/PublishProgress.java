package dev.sluice.gateway.cli;

import dev.sluice.loader.repository.PublishListener;
import dev.sluice.model.NanoClock;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * Prints how publishing goes: a line a second while large files are copied.
 *
 * <p>Threading: confined to the publishing thread.
 */
final class PublishProgress implements PublishListener {
    private static final long PERIOD_NANOS = 1_000_000_000;

    private final PrintWriter out;
    private final NanoClock clock;
    private long last;

    PublishProgress(PrintWriter out, NanoClock clock) {
        this.out = out;
        this.clock = clock;
        this.last = clock.nanoTime();
    }

    @Override
    public void waiting() {
        line("  waiting    somebody else publishes this model");
    }

    @Override
    public void removed(Path staging) {
        line("  removed    " + staging + ", left by a publication that was killed");
    }

    @Override
    public void copied(String path, long done, long total) {
        long now = clock.nanoTime();
        if (now - last >= PERIOD_NANOS) {
            last = now;
            line("  copying    " + path + ", " + (done >> 20) + " of " + (total >> 20) + " MiB");
        }
    }

    /** All files are there; now the version is loaded. */
    void validating() {
        line("  validating");
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }
}
