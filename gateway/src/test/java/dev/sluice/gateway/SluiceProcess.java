package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged jar in a process of its own, as users run it. */
final class SluiceProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile(
            "^listening http=http://(?<host>[^:\\s]+):(?<http>[0-9]+) metrics=http://[^:\\s]+:(?<metrics>[0-9]+)"
                    + " control=(?:-|http://[^\\s]+:(?<control>[0-9]+)) pid=(?<pid>[0-9]+)$",
            Pattern.MULTILINE);

    private final Process process;
    private final Path out;
    private final Path err;

    private SluiceProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** How a process ended. */
    record Ended(int exitCode, String out, String err) {}

    /** Starts {@code prefix java -jar sluice.jar arguments}; the prefix may be empty. */
    static SluiceProcess start(List<String> prefix, List<String> arguments) {
        return start(prefix, Map.of(), List.of(), arguments);
    }

    /** The same with more environment variables and options of the JVM. */
    static SluiceProcess start(
            List<String> prefix, Map<String, String> environment, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Starts sooner, and says less about itself, than a server's defaults.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(options);
        command.add("-jar");
        command.add(jar().toString());
        command.addAll(arguments);
        try {
            Path out = Files.createTempFile("sluice", ".out");
            Path err = Files.createTempFile("sluice", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
            builder.environment()
                    .put("XDG_CACHE_HOME", jar().resolveSibling("cache").toString());
            builder.environment()
                    .put("XDG_STATE_HOME", jar().resolveSibling("state").toString());
            builder.environment().putAll(environment);
            return new SluiceProcess(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves a repository on free ports and waits until it listens. */
    static SluiceProcess serve(List<String> prefix, Path repository, String... settings) {
        return serve(prefix, Map.of(), List.of(), repository, settings);
    }

    /** The same with more environment variables and options of the JVM. */
    static SluiceProcess serve(
            List<String> prefix,
            Map<String, String> environment,
            List<String> options,
            Path repository,
            String... settings) {
        List<String> arguments = new ArrayList<>(List.of("serve", repository.toString()));
        List<String> all = new ArrayList<>(List.of("http.host=127.0.0.1", "metrics.host=127.0.0.1"));
        all.addAll(List.of("http.port=0", "metrics.port=0", "control.port=0"));
        all.addAll(List.of(settings));
        for (String setting : all) {
            arguments.add("--set");
            arguments.add(setting);
        }
        SluiceProcess started = start(prefix, environment, options, arguments);
        Await.until("the process listens or ends", () -> started.listening().find() || !started.process.isAlive());
        if (!started.listening().find()) {
            started.close();
            throw new AssertionError("does not listen:\n" + started.out() + started.err());
        }
        return started;
    }

    static SluiceProcess serve(Path repository, String... settings) {
        return serve(List.of(), repository, settings);
    }

    /** Runs a command to its end. */
    static Ended run(String... arguments) {
        try (SluiceProcess process = start(List.of(), List.of(arguments))) {
            return process.awaitEnd();
        }
    }

    private static Path jar() {
        Path jar = Path.of("target", "sluice.jar").toAbsolutePath();
        assertThat(jar)
                .as("the packaged jar; run integration tests by mvn verify")
                .exists();
        return jar;
    }

    private Matcher listening() {
        return LISTENING.matcher(out());
    }

    private String listening(String group) {
        Matcher line = listening();
        assertThat(line.find()).as(out()).isTrue();
        return line.group(group);
    }

    int port() {
        return Integer.parseInt(listening("http"));
    }

    int metricsPort() {
        return Integer.parseInt(listening("metrics"));
    }

    int controlPort() {
        return Integer.parseInt(listening("control"));
    }

    /** The process id that the server itself says. */
    long pid() {
        return Long.parseLong(listening("pid"));
    }

    HttpCalls calls() {
        return new HttpCalls(port());
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the server to stop, as an orchestrator does. */
    void terminate() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
    }

    /** Ends the server as the system does when memory runs out. */
    void kill() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Ended awaitEnd() {
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("ended\n" + out() + err())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return new Ended(process.exitValue(), out(), err());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
