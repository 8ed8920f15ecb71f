package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ServerText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands of the operating system.
 *
 * <p>Threading: stateless; blocking.
 */
final class SystemCommand {
    private static final long SECONDS_MAX = 60;

    private SystemCommand() {}

    /**
     * Runs one to its end.
     *
     * @throws CannotMeasureException if there is no such command, or it fails: for want of rights, as a rule
     */
    static void run(String... command) throws CannotMeasureException, InterruptedException {
        String words = String.join(" ", command);
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CannotMeasureException("'" + words + "' must end within " + SECONDS_MAX + " s");
            }
            if (process.exitValue() != 0) {
                throw new CannotMeasureException(
                        "'" + words + "' must succeed here, got " + process.exitValue() + ": " + ServerText.line(said));
            }
        } catch (IOException e) {
            throw new CannotMeasureException("'" + words + "' must be there: " + e.getMessage());
        }
    }

    /** Runs one whose failure is of no consequence. */
    static void tryRun(String... command) {
        try {
            run(command);
        } catch (CannotMeasureException e) {
            // It was there to clean up, and there was nothing to do.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
