package dev.sluice.loader.tuning;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.verify.BatchVerdict;

/**
 * What matters for tuning a version, beside what its runs cost.
 *
 * <p>Threading: immutable.
 *
 * @param config what its operator says about batching
 * @param batched whether rows of several requests may share a run
 * @param rowsMaxUnmeasured most rows of a run while nothing is known of its cost, 1 or greater
 * @param device where it runs
 * @param singleThread whether all of a run's work is done by the thread that asks for it
 * @param inferenceThreads threads that run models, 1 or greater
 */
public record VersionFacts(
        BatchingConfig config,
        boolean batched,
        int rowsMaxUnmeasured,
        Device device,
        boolean singleThread,
        int inferenceThreads) {
    /**
     * The facts about a version.
     *
     * @param config what is said about batching, within what the device allows
     * @param options how it was opened
     * @param device where it really runs
     * @param inferenceThreads threads that run models there, 1 or greater
     */
    public static VersionFacts of(
            BatchingConfig config, RuntimeOptions options, BatchVerdict verdict, Device device, int inferenceThreads) {
        return new VersionFacts(
                config, verdict.batched(), verdict.maxRows(), device, isSingleThread(options), inferenceThreads);
    }

    /** Execution providers other than the CPU's own may start threads of which nothing is known. */
    private static boolean isSingleThread(RuntimeOptions options) {
        boolean oneOperator =
                options.executionMode() == RuntimeOptions.ExecutionMode.SEQUENTIAL || options.interOpThreads() == 1;
        return options.intraOpThreads() <= 1
                && oneOperator
                && options.providers().isEmpty();
    }

    /** Most rows of a run that are configured; 0 = chosen. Without batching a run has 1. */
    int rowsMaxConfigured() {
        return batched ? config.maxRows() : 0;
    }

    boolean isOnCpu() {
        return device.type() == Device.Type.CPU;
    }
}
