package dev.sluice.loadtest.proof.kill;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of {@code sluice publish}.
 *
 * <p>Threading: confined to its owner.
 */
final class PublisherProcess implements AutoCloseable {
    private static final Duration END_WITHIN = Duration.ofSeconds(90);

    private final Process process;

    private PublisherProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param log what it prints is added to it
     */
    static PublisherProcess start(String launcher, String model, long version, Path from, Path repository, Path log)
            throws IOException {
        List<String> command = List.of(
                launcher,
                "publish",
                "--model",
                model,
                "--version",
                Long.toString(version),
                "--from",
                from.toString(),
                "--repository",
                repository.toString());
        return new PublisherProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Kills it at once, as a crash would, and waits until it is gone; its children too, where the launcher has any. */
    void kill() throws IOException, InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd();
    }

    /**
     * Waits for its end.
     *
     * @return its exit code
     */
    int awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("a publisher must end within " + END_WITHIN.toSeconds() + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
