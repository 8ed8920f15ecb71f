package dev.sluice.loadtest.proof.server;

import dev.sluice.loadtest.ExitCode;
import java.util.List;

/**
 * How a proof ended.
 *
 * <p>Threading: immutable.
 *
 * @param exitCode the verdict
 * @param reasons why it is not {@link ExitCode#OK}; else empty
 * @param machineBusy whether nothing but the generator or its machine kept it from measuring
 */
public record ProofVerdict(ExitCode exitCode, List<String> reasons, boolean machineBusy) {
    public ProofVerdict {
        reasons = List.copyOf(reasons);
    }

    /**
     * Refuted by what failed, else not measured by what is missing, else proven.
     *
     * @param failed what refutes it
     * @param missing what it lacks for a conclusion
     * @param machineBusy whether nothing but the machine is to blame for what is missing
     */
    public static ProofVerdict of(List<String> failed, List<String> missing, boolean machineBusy) {
        if (!failed.isEmpty()) {
            return new ProofVerdict(ExitCode.GOAL_MISSED, failed, false);
        }
        return missing.isEmpty()
                ? new ProofVerdict(ExitCode.OK, List.of(), false)
                : new ProofVerdict(ExitCode.NOT_MEASURED, missing, machineBusy);
    }
}
