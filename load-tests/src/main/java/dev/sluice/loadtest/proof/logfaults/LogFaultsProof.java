package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The proof that requests do not notice what becomes of their records: one fault after the other.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class LogFaultsProof {
    private final LogFaultsPlan plan;
    private final PrintWriter out;
    private final LoadClock clock = LoadClock.system();

    LogFaultsProof(LogFaultsPlan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    ProofOutcome run() throws IOException, InterruptedException {
        List<FaultResult> results = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (FaultKind kind : plan.faults()) {
            try {
                FaultResult result = new FaultRun(plan, kind, clock).run();
                results.add(result);
                say(LogFaultsReport.words(result));
            } catch (CannotMeasureException e) {
                missing.add(kind.words() + ": " + e.getMessage());
                say(kind.words() + ": could not measure: " + e.getMessage());
            }
        }
        LogFaultsReport.write(results, plan.out());
        return LogFaultsReport.outcome(plan, results, missing);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
