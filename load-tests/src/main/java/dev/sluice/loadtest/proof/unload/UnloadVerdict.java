package dev.sluice.loadtest.proof.unload;

import dev.sluice.loadtest.proof.server.ProofVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code prove unload} must show: every cycle works, and resident memory after the last is at most a share above what it was
 * after the tenth. Less is no fault.
 *
 * <p>Threading: stateless.
 */
final class UnloadVerdict {
    private static final double MEBIBYTE = 1 << 20;

    private UnloadVerdict() {}

    /** By how much memory has grown since the reference cycle, as a share of what it was then. */
    static double growth(long referenceBytes, long lastBytes) {
        return (double) lastBytes / referenceBytes - 1;
    }

    /** @param cycles all of them, the reference one and the last with their settled memory */
    static ProofVerdict judge(UnloadPlan plan, List<UnloadCycle> cycles) {
        List<String> failed = new ArrayList<>();
        int failures = cycles.stream().mapToInt(UnloadCycle::failed).sum();
        if (failures > 0) {
            failed.add(failures + " requests failed");
        }
        if (cycles.size() < plan.cycles()) {
            failed.add("the run ended after " + cycles.size() + " of " + plan.cycles() + " cycles");
            return ProofVerdict.of(failed, List.of(), false);
        }
        long reference = cycles.get(UnloadPlan.REFERENCE - 1).unloadedBytes();
        long last = cycles.get(cycles.size() - 1).unloadedBytes();
        if (growth(reference, last) > plan.growthMax()) {
            failed.add(String.format(
                    Locale.ROOT,
                    "resident memory after cycle %d is %.1f MiB, %.1f %% above the %.1f MiB after cycle %d; at most %.1f %% are allowed",
                    cycles.size(),
                    last / MEBIBYTE,
                    100 * growth(reference, last),
                    reference / MEBIBYTE,
                    UnloadPlan.REFERENCE,
                    100 * plan.growthMax()));
        }
        return ProofVerdict.of(failed, List.of(), false);
    }
}
