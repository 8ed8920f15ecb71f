package dev.sluice.gateway;

import dev.sluice.gateway.cli.SluiceCommand;

/**
 * Where the process starts: hands the command line to {@link SluiceCommand} and exits with its code.
 *
 * <p>Threading: main thread.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(SluiceCommand.run(arguments));
    }
}
