package dev.sluice.gateway.cli;

import dev.sluice.gateway.StartupListener;
import dev.sluice.loader.lifecycle.LoadReport;
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
    private int models;
    private int failed;

    StartupPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void found(int modelCount, int versionCount, List<String> warnings) {
        models = modelCount;
        warnings.forEach(warning -> out.println("warning   " + warning));
        out.println("Loading " + plural(versionCount, "version") + " of " + plural(modelCount, "model") + " …");
        out.flush();
    }

    @Override
    public synchronized void loaded(LoadReport report) {
        out.println(line(report));
        out.flush();
        if (!report.isReady()) {
            failed++;
        }
    }

    /** Versions that failed so far. */
    synchronized int failedCount() {
        return failed;
    }

    /** Models that were found. */
    synchronized int modelCount() {
        return models;
    }

    static String line(LoadReport report) {
        String head = String.format(
                Locale.ROOT,
                "  %-9s %-28s %7s",
                report.isReady() ? "ready" : "FAILED",
                report.key(),
                millis(report));
        if (report.isReady()) {
            return head + "   " + report.device() + ", " + report.batching();
        }
        return head + "   step " + report.step() + ": " + report.reason();
    }

    private static String millis(LoadReport report) {
        return report.duration().toMillis() + " ms";
    }

    static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
