package dev.sluice.gateway;

import dev.sluice.gateway.cli.Start;

/**
 * Where the process starts: hands the command line to {@link Start} and exits with its code.
 *
 * <p>Threading: main thread.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Start.run(arguments));
    }
}
