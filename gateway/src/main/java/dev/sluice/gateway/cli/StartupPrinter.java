package dev.sluice.gateway.cli;

import dev.sluice.gateway.StartupListener;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.ModelKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Prints how each version loads, as it happens.
 *
 * <p>Threading: thread-safe; a line is printed whole.
 */
final class StartupPrinter implements StartupListener {
    private final PrintWriter out;

    StartupPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void found(int modelCount, int versionCount, List<String> warnings) {
        warnings.forEach(warning -> out.println("  warning    " + warning));
        out.println("Loading " + plural(versionCount, "version") + " of " + plural(modelCount, "model"));
        out.flush();
    }

    @Override
    public synchronized void ready(ReadyVersion version) {
        line(
                "ready",
                version.key(),
                version.loadDuration().toMillis() + " ms",
                version.device() + ", " + version.tuning().current().choice() + ", " + version.batching());
    }

    @Override
    public synchronized void failed(ModelKey key, String step, String reason) {
        line("FAILED", key, "", "step " + step + ": " + reason);
    }

    private void line(String state, ModelKey key, String time, String detail) {
        out.println(String.format(Locale.ROOT, "  %-9s  %-24s %9s  %s", state, key, time, detail));
        out.flush();
    }

    static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
