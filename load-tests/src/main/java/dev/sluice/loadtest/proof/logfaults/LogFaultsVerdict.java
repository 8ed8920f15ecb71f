package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.server.ProofVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code prove log-faults} must show: no request fails, every record is accounted for, the log recovers by itself, and
 * latencies during a fault are those before it, up to what they differ without any.
 *
 * <p>Threading: stateless.
 */
final class LogFaultsVerdict {
    /** Share of its records that a channel may log while its fault lasts: more, and it was none. */
    private static final double PROGRESS_MAX = 0.1;

    private static final double P50_MARGIN = 1.10;
    private static final double P99_MARGIN = 1.50;

    private LogFaultsVerdict() {}

    /**
     * The verdict.
     *
     * @param missing faults that could not be made here, and why
     */
    static ProofVerdict judge(LogFaultsPlan plan, List<FaultResult> results, List<String> missing) {
        List<String> failed = new ArrayList<>();
        List<String> lacks = new ArrayList<>(missing);
        boolean busy = false;
        for (FaultResult result : results) {
            result.complaints().forEach(words -> failed.add(result.kind().words() + ": " + words));
            if (result.kind() != FaultKind.NONE && result.progress() > PROGRESS_MAX) {
                lacks.add(String.format(
                        Locale.ROOT,
                        "%s: it was no fault, %.0f %% of the records were logged meanwhile",
                        result.kind().words(),
                        100 * result.progress()));
            }
        }
        if (plan.judgesLatency()) {
            double p50Max = P50_MARGIN * noise(results, false);
            double p99Max = P99_MARGIN * noise(results, true);
            for (FaultResult result : results) {
                if (result.kind() == FaultKind.NONE) {
                    continue;
                }
                if (!result.busy().isEmpty()) {
                    busy = true;
                    lacks.add(result.kind().words() + ": " + String.join("; ", result.busy()));
                    continue;
                }
                require(failed, result.kind(), "p50", result.p50Ratio(), p50Max);
                require(failed, result.kind(), "p99", result.p99Ratio(), p99Max);
            }
        }
        return ProofVerdict.of(failed, lacks, busy && missing.isEmpty());
    }

    /** By how much latencies differ without a fault: between spans before one, and in the run that has none. */
    static double noise(List<FaultResult> results, boolean tail) {
        double noise = 1;
        for (FaultResult result : results) {
            noise = Math.max(noise, tail ? result.p99Noise() : result.p50Noise());
            if (result.kind() == FaultKind.NONE) {
                noise = Math.max(noise, tail ? result.p99Ratio() : result.p50Ratio());
            }
        }
        return noise;
    }

    private static void require(List<String> failed, FaultKind kind, String what, double ratio, double max) {
        if (!(ratio <= max)) {
            failed.add(String.format(
                    Locale.ROOT,
                    "%s: %s must be at most %.2f times what it was before, got %.2f",
                    kind.words(),
                    what,
                    max,
                    ratio));
        }
    }
}
