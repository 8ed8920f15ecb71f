package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
        versionProvider = BuildVersion.class,
        subcommands = {ServeCommand.class, ValidateCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Also: sluice load --help (load tests with SLO gates).",
            "",
            "Exit codes: 0 ok, 1 finding or missed goal, 2 insufficient or could not measure, 64 usage, 78 configuration."
        })
public final class SluiceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    SluiceCommand() {}

    /** Runs a command line and returns the exit code. */
    public static int run(String... arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
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
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            err.println("sluice: " + failure.getMessage());
            failure.printStackTrace(err);
            return ExitCode.FINDING;
        });
        return commandLine;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
