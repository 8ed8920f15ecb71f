package dev.sluice.gateway.cli;

import java.net.URI;
import picocli.CommandLine.Option;

/**
 * The options by which commands find a server's control port.
 *
 * <p>Threading: main thread.
 */
final class ControlOptions {
    @Option(
            names = "--control",
            paramLabel = "URL",
            defaultValue = "http://localhost:8081",
            description =
                    "The server's control port (default: ${DEFAULT-VALUE}). Its token, where it has one, is taken from"
                            + " the environment variable SLUICE_CONTROL_TOKEN.")
    private URI control = URI.create("http://localhost:8081");

    @Option(names = "--json", description = "Prints the server's answer as it came.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this and ends.")
    @SuppressWarnings("unused") // the command line library looks at it
    private boolean help;

    ControlOptions() {}

    URI control() {
        return control;
    }

    boolean json() {
        return json;
    }
}
