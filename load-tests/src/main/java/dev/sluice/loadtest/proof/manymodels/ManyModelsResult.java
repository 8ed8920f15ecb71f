package dev.sluice.loadtest.proof.manymodels;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Everything that {@code prove many-models} saw.
 *
 * <p>Threading: immutable; nobody changes the histograms any more.
 *
 * @param limitBytes bound that the server was given
 * @param residentBefore resident memory of the process before the first load
 * @param samples in order
 * @param missedSamples moments at which the memory could not be read
 * @param answers right ones
 * @param failed requests that failed or were answered wrong
 * @param complaints the first of what was wrong with them
 * @param modelsAsked different models that were asked
 * @param latency of right answers in nanoseconds
 * @param serverRunning whether the server was still there at the end
 */
record ManyModelsResult(
        long limitBytes,
        long residentBefore,
        List<MemorySample> samples,
        int missedSamples,
        long answers,
        long failed,
        List<String> complaints,
        int modelsAsked,
        Map<Residency, Histogram> latency,
        boolean serverRunning) {
    ManyModelsResult {
        samples = List.copyOf(samples);
        complaints = List.copyOf(complaints);
        latency = Map.copyOf(latency);
    }

    /** Versions that were evicted. */
    long evictions() {
        return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).evictions();
    }
}
