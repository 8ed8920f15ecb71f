package dev.sluice.loadtest;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows how a run goes: one line that moves on a terminal, else a line at the first second and every fifth.
 *
 * <p>Threading: confined to the run's own thread.
 */
final class ProgressLine {
    private static final int EVERY_SECONDS = 5;

    private final PrintWriter out;
    private final boolean terminal;
    private boolean open;

    ProgressLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether this process's error stream is a terminal; false where that is not known. */
    static boolean errorStreamIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** One second has passed. */
    void second(SecondSample sample) {
        if (terminal) {
            out.print("\r\033[K" + ResultText.progress(sample));
            open = true;
        } else if (sample.second() == 0 || (sample.second() + 1) % EVERY_SECONDS == 0) {
            out.println(ResultText.progress(sample));
        }
        out.flush();
    }

    /** A line that stays. */
    void line(String text) {
        end();
        out.println(text);
        out.flush();
    }

    /** Nothing more is to come on the moving line. */
    void end() {
        if (open) {
            out.print("\r\033[K");
            out.flush();
            open = false;
        }
    }
}
