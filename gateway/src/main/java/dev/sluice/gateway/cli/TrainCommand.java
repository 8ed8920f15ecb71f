package dev.sluice.gateway.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Starts a server as {@code serve} does, asks it what first clients ask, and ends: the launcher lets the JVM record a class
 * archive from it.
 *
 * <p>Threading: main thread; the server has one of its own.
 */
@Command(name = "train", hidden = true, description = "Runs what a class archive is recorded from.")
final class TrainCommand implements Callable<Integer> {
    private static final Pattern LISTENING = Pattern.compile(
            "^listening http=http://[^:\\s]+:(?<http>[0-9]+) metrics=http://[^:\\s]+:(?<metrics>[0-9]+)",
            Pattern.MULTILINE);
    private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 10;

    @Parameters(paramLabel = "FOLDER", description = "An empty folder to work in.")
    private @Nullable Path folder;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    TrainCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        TrainingCalls calls = new TrainingCalls();
        Path models = calls.unpackModel(folder == null ? Path.of("") : folder);
        ConfigOptions options = PlainServe.parse(
                        "serve",
                        String.valueOf(models),
                        "--set",
                        "http.host=127.0.0.1",
                        "--set=http.port=0",
                        "--set=metrics.host=127.0.0.1",
                        "--set=metrics.port=0",
                        "--set=watch.settle=0ms",
                        "--set=control.port=0",
                        // No model's name begins with a dot.
                        "--state-dir=" + models.resolve(".state"))
                .orElseThrow();
        StringWriter said = new StringWriter();
        Thread server = new Thread(() -> serve(options, new PrintWriter(said, true), err), "sluice-train");
        server.setDaemon(true);
        server.start();
        Matcher listening = awaitListening(server, said);
        if (listening == null) {
            err.println("sluice: the server did not start; it said:\n" + said);
            return ExitCode.FINDING;
        }
        int failed = calls.make(
                Integer.parseInt(listening.group("http")), Integer.parseInt(listening.group("metrics")), err);
        return failed == 0 ? ExitCode.OK : ExitCode.FINDING;
    }

    private static void serve(ConfigOptions options, PrintWriter out, PrintWriter err) {
        try {
            Serving.run(options, out, err);
        } catch (InterruptedException | RuntimeException e) {
            Start.fail(e, err);
        }
    }

    private static @Nullable Matcher awaitListening(Thread server, StringWriter said) throws InterruptedException {
        long end = System.nanoTime() + START_TIME_MAX.toNanos();
        while (server.isAlive() && System.nanoTime() - end < 0) {
            Matcher matcher = LISTENING.matcher(said.toString());
            if (matcher.find()) {
                return matcher;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return null;
    }
}
