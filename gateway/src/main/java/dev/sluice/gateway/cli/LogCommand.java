package dev.sluice.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Reads the input log that servers have written.
 *
 * <p>Threading: main thread.
 *
 * @see "docs/log-cli.md"
 */
@Command(
        name = "log",
        description = "Reads the input log: shows it, counts it, makes tables of it, checks it.",
        mixinStandardHelpOptions = true,
        subcommands = {LogTailCommand.class, LogStatsCommand.class, LogExportCommand.class, LogVerifyCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 ok, 1 something is wrong with the log, 2 there is nothing, 64 usage, 78 configuration.",
            "See docs/log-cli.md."
        })
final class LogCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    LogCommand() {}

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
