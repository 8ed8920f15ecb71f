package dev.sluice.loadtest.proof.manymodels;

import dev.sluice.loadtest.proof.server.ProofVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code prove many-models} must show: no request fails, every answer is the asked model's, and what is loaded never exceeds
 * its bound, while versions come and go.
 *
 * <p>Threading: stateless.
 */
final class ManyModelsVerdict {
    private static final int MISSED_SHARE = 10;

    private ManyModelsVerdict() {}

    static ProofVerdict judge(ManyModelsResult result) {
        List<String> failed = new ArrayList<>();
        if (!result.serverRunning()) {
            failed.add("the server ended during the run");
        }
        if (result.failed() > 0) {
            failed.add(result.failed() + " of " + (result.answers() + result.failed())
                    + " requests failed or were answered wrong: " + result.complaints());
        }
        Optional<MemorySample> above = result.samples().stream()
                .filter(sample -> sample.modelBytes() > result.limitBytes())
                .findFirst();
        above.ifPresent(sample -> failed.add("loaded versions took " + sample.modelBytes() + " bytes at "
                + String.format(Locale.ROOT, "%.1f", sample.atSeconds()) + " s, their bound is "
                + result.limitBytes()));
        if (result.samples().stream().anyMatch(sample -> sample.limitBytes() != result.limitBytes())) {
            failed.add("the server's own bound must be " + result.limitBytes());
        }
        List<String> missing = new ArrayList<>();
        if (result.samples().size() < 2
                || result.missedSamples() > result.samples().size() / MISSED_SHARE) {
            missing.add("the server's memory could not be read at " + result.missedSamples() + " of "
                    + (result.samples().size() + result.missedSamples()) + " moments");
        }
        if (result.evictions() == 0) {
            missing.add("nothing was evicted, so nothing was shown: " + result.modelsAsked() + " models were asked");
        }
        return ProofVerdict.of(failed, missing, false);
    }
}
