package dev.sluice.loadtest.proof.server;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server that this proof has started, and stops when it is closed.
 *
 * <p>Threading: confined to its owner; a daemon thread copies the output into the log until the process ends.
 */
public final class ServerProcess implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 15;

    private final Process launcher;
    private final ListeningLine listening;

    private ServerProcess(Process launcher, ListeningLine listening) {
        this.launcher = launcher;
        this.listening = listening;
    }

    /**
     * Starts {@code command} and waits until it says where it listens.
     *
     * @param environment added to this process's own
     * @param log receives what the server prints
     * @throws CannotMeasureException if it ends, or says nothing, before {@code within} has passed
     */
    public static ServerProcess start(List<String> command, Map<String, String> environment, Path log, Duration within)
            throws IOException, CannotMeasureException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<ListeningLine> said = new CompletableFuture<>();
        Thread copier = new Thread(() -> copyOutput(process, log, said), "server-output");
        copier.setDaemon(true);
        copier.start();
        try {
            return new ServerProcess(process, said.get(within.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            process.toHandle().destroyForcibly();
            throw e;
        } catch (TimeoutException | ExecutionException e) {
            // Through the handle: the process itself would close the stream that is being copied.
            process.toHandle().destroyForcibly();
            String reason = e instanceof TimeoutException
                    ? "it did not say where it listens within " + within.toSeconds() + " s"
                    : "it ended before it said where it listens";
            throw new CannotMeasureException("the server did not start: " + reason + "; see " + log);
        }
    }

    private static void copyOutput(Process process, Path log, CompletableFuture<ListeningLine> said) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line + "\n");
                out.flush();
                ListeningLine.parse(line).ifPresent(said::complete);
            }
            said.completeExceptionally(new IOException("end of output"));
        } catch (IOException e) {
            said.completeExceptionally(e);
            throw new UncheckedIOException("the output of the server could not be copied to " + log, e);
        }
    }

    public ListeningLine listening() {
        return listening;
    }

    public boolean isRunning() {
        return launcher.isAlive();
    }

    /**
     * Kills it at once, as a crash would, and waits until it is gone.
     *
     * @throws IOException if it is still there after 15 s
     */
    public void kill() throws IOException, InterruptedException {
        ProcessHandle.of(listening.pid()).ifPresent(ProcessHandle::destroyForcibly);
        launcher.toHandle().destroyForcibly();
        if (!launcher.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("the server with pid " + listening.pid() + " must end when it is killed");
        }
    }

    /** Asks the server to stop, and after 15 s makes it. */
    @Override
    public void close() {
        // The launcher may be a shell that has not replaced itself by the server: ask the server itself.
        ProcessHandle.of(listening.pid()).ifPresent(ProcessHandle::destroy);
        try {
            if (launcher.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ProcessHandle.of(listening.pid()).ifPresent(ProcessHandle::destroyForcibly);
        launcher.toHandle().destroyForcibly();
    }
}
