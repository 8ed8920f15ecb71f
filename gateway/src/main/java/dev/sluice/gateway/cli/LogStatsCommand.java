package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.query.LogStatistics;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Counts the records of an input log.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "stats",
        description =
                "Counts records by model, version, arm and outcome, with their times, their flags, and what became of all"
                        + " requests.")
final class LogStatsCommand implements Callable<Integer> {
    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogFilterOptions filter = new LogFilterOptions();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    LogStatsCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            LogStatistics statistics = new LogStatistics(filter.filter(Instant.now()));
            List<LogFile> files = source.files();
            LogScan scan = new LogScan(files, new Progress(err, System::nanoTime), err).run("reading", line -> {
                statistics.add(line);
                return true;
            });
            LogReport report = new LogReport(statistics, files.size(), scan);
            out.print(json ? report.json() + System.lineSeparator() : report.text());
            out.flush();
            return scan.damaged() == 0 ? ExitCode.OK : ExitCode.FINDING;
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
}
