package dev.sluice.loadtest;

import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry point of {@code sluice-load.jar}.
 *
 * <p>Threading: the main thread does everything but what event loops do.
 */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] args) {
        System.exit(execute(commandLine(), args));
    }

    /** Runs the command; whatever it throws, an error of the JVM too, measures nothing. */
    public static int execute(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (Throwable e) {
            commandLine.getErr().println("could not measure: " + e);
            return ExitCode.NOT_MEASURED.code();
        }
    }

    /** The command line with its exit codes; what it prints goes to the streams set on it. */
    static CommandLine commandLine() {
        return configure(new CommandLine(new Root()).addSubcommand(new LoadCommand(InstantSource.system())));
    }

    /** Converters and exit codes that every command line of this jar shares. */
    public static CommandLine configure(CommandLine commandLine) {
        return commandLine
                .registerConverter(Duration.class, DurationText::parse)
                .registerConverter(Slo.class, Slo::parse)
                .setParameterExceptionHandler((failure, arguments) -> {
                    failure.getCommandLine().getErr().println(failure.getMessage());
                    failure.getCommandLine()
                            .getErr()
                            .println("Try '"
                                    + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
                    return ExitCode.USAGE.code();
                })
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    failed.getErr().println("could not measure: " + failure);
                    return ExitCode.NOT_MEASURED.code();
                });
    }

    /**
     * The command that the others hang under; alone it prints how to use them.
     *
     * <p>Threading: confined to the main thread.
     */
    @Command(name = "sluice", description = "Load generator of Sluice.", mixinStandardHelpOptions = true)
    static final class Root implements Runnable {
        @Override
        public void run() {
            throw new CommandLine.ParameterException(commandLine(), "a command is needed");
        }
    }
}
