package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Understands the arguments of the process, the usual ones quickly.
 *
 * <p>Threading: main thread.
 */
public final class Start {
    private Start() {}

    /** Runs a command line and returns the exit code. */
    public static int run(String... arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Optional<ConfigOptions> plain = PlainServe.parse(arguments);
        if (plain.isEmpty()) {
            return SluiceCommand.run(out, err, arguments);
        }
        try {
            return Serving.run(plain.get(), out, err);
        } catch (InterruptedException | RuntimeException e) {
            return fail(e, err);
        }
    }

    /** What no command expected. */
    static int fail(Exception failure, PrintWriter err) {
        err.println("sluice: " + failure.getMessage());
        failure.printStackTrace(err);
        return ExitCode.FINDING;
    }
}
