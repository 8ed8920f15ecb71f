package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogCursor;
import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.query.RecordFilter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Shows the last records of an input log, and those to come.
 *
 * <p>Threading: main thread.
 */
@Command(name = "tail", description = "Shows the last records, and with -f those to come, over rotation too.")
final class LogTailCommand implements Callable<Integer> {
    private static final int LINES_MAX = 100_000;
    private static final long PAUSE_MILLIS = 250;

    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogFilterOptions filter = new LogFilterOptions();

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "How many of those that are there (default: ${DEFAULT-VALUE}).")
    private int lines = 10;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on until it is stopped.")
    private boolean follow;

    @Option(names = "--json", description = "Prints the lines of the log as they are.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    LogTailCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (lines < 0 || lines > LINES_MAX) {
            err.println("sluice: --lines must be between 0 and " + LINES_MAX + ", got " + lines);
            return ExitCode.USAGE;
        }
        try {
            RecordFilter chosen = filter.filter(Instant.now());
            Path path = source.path();
            try (LogFollower follower = new LogFollower(path, (line, cursor) -> text(line, cursor, chosen))) {
                show(follower, LogSource.files(path), err);
            }
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (LogSource.Missing e) {
            return LogSource.missing(e, err);
        } catch (IOException e) {
            err.println("sluice: the log cannot be read: " + e.getMessage());
            return ExitCode.FINDING;
        }
    }

    private void show(LogFollower follower, List<LogFile> files, PrintWriter err)
            throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> found = follower.last(files, lines);
        if (found.isEmpty() && !follow && lines > 0) {
            err.println("sluice: there are no records that the filters choose");
            err.flush();
        }
        found.forEach(out::println);
        out.flush();
        // A reader that is gone, such as head, ends it.
        while (follow && !out.checkError()) {
            Thread.sleep(PAUSE_MILLIS);
            follower.more().forEach(out::println);
        }
    }

    private @Nullable String text(LogLine line, LogCursor cursor, RecordFilter chosen) {
        LoggedRecord record = LogScan.record(line);
        if (record == null || !chosen.accepts(record)) {
            return null;
        }
        return json ? cursor.text() : LogPrinter.line(record);
    }
}
