package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The root of the command line.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "sluice",
        description = "Serves versioned ONNX models over the Open Inference Protocol.",
        mixinStandardHelpOptions = true,
        versionProvider = SluiceCommand.Version.class,
        subcommands = {
            ServeCommand.class,
            ValidateCommand.class,
            PublishCommand.class,
            ProfileCommand.class,
            ModelCommand.class,
            LogCommand.class,
            ReplayCommand.class,
            TrainCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Also: sluice load --help (load tests with SLO gates).",
            "",
            "Exit codes: 0 ok, 1 finding or missed goal, 2 insufficient or could not measure, 64 usage, 78 configuration."
        })
final class SluiceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    SluiceCommand() {}

    /** Runs a command line and returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(out, err).execute(arguments);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine commandLine = new CommandLine(new SluiceCommand());
        commandLine.setOut(out);
        commandLine.setErr(err);
        commandLine.setParameterExceptionHandler((failure, arguments) -> {
            err.println(failure.getMessage());
            CommandLine command = failure.getCommandLine();
            if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
                err.println("Try '" + command.getCommandSpec().qualifiedName(" ") + " --help'.");
            }
            return ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> Start.fail(failure, err));
        return commandLine;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** Prints the versions that the build wrote down. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {new BuildVersion().line()};
        }
    }
}
