package dev.sluice.loadtest.proof.jmh;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs benchmarks, judges the scores and leaves the evidence.
 *
 * <p>Threading: the main thread.
 *
 * @param name of the proof
 * @param include which benchmarks, as a regular expression
 * @param goals from the scores
 */
record JmhProof(String name, String include, Goals goals) {
    /** What is judged, in the order of the table. */
    interface Goals {
        List<JmhGoal> of(JmhScores scores) throws CannotMeasureException;
    }

    /** Returns the exit code of the process. */
    int run(JmhRun run, Path out, CommandSpec command) throws IOException, InterruptedException {
        PrintWriter terminal = command.commandLine().getOut();
        Files.createDirectories(out);
        try {
            JmhScores scores = run.run(include, out);
            JmhReport report = new JmhReport(name, scores, goals.of(scores));
            report.write(out);
            terminal.println();
            terminal.println(report.table());
            terminal.println("evidence: " + out);
            return report.exitCode().code();
        } catch (CannotMeasureException e) {
            command.commandLine().getErr().println("could not measure: " + e.getMessage());
            return ExitCode.NOT_MEASURED.code();
        }
    }
}
