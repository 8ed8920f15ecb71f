package dev.sluice.loadtest.proof.server;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs a proof for its command: its folder, its evidence, its exit code.
 *
 * <p>Threading: confined to the main thread.
 */
public final class ProofRun {
    private ProofRun() {}

    /** A proof that is ready to run. */
    @FunctionalInterface
    public interface Proof {
        /**
         * Runs it to its end.
         *
         * @param out the terminal
         */
        ProofOutcome run(PrintWriter out) throws IOException, CannotMeasureException, InterruptedException;
    }

    /** Makes a plan out of the options, and the proof of it. */
    @FunctionalInterface
    public interface Planned {
        /**
         * Plans it.
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        Proof plan();
    }

    /**
     * Runs a proof to its end.
     *
     * @param out folder for the evidence; made when missing
     * @return the exit code
     */
    public static int run(@Nullable CommandSpec spec, Path out, Planned planned)
            throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        Proof proof;
        try {
            proof = planned.plan();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Files.createDirectories(out);
        try {
            ProofOutcome outcome = proof.run(terminal);
            outcome.write(out);
            terminal.println();
            terminal.println(outcome.table());
            terminal.println("evidence: " + out);
            return outcome.verdict().exitCode().code();
        } catch (CannotMeasureException e) {
            spec.commandLine().getErr().println("could not measure: " + e.getMessage());
            if (e.isMachineBusy()) {
                terminal.println(CannotMeasureException.MACHINE_BUSY);
            }
            return ExitCode.NOT_MEASURED.code();
        } finally {
            terminal.flush();
        }
    }
}
