package dev.sluice.gateway.config;

import dev.sluice.loader.repository.BatchingConfig;

/**
 * The threads that run and load models.
 *
 * <p>Threading: immutable.
 *
 * @param threads that run models, in [0, 1024]; 0 = one for each processor
 * @param loadThreads that open versions, in [1, 64]
 * @param gpuThreads that run models on each GPU, in [1, 64]
 * @param gpuRowsMax most rows of a run on a GPU, in [0, 1024]; 0 = chosen
 */
public record InferenceConfig(int threads, int loadThreads, int gpuThreads, int gpuRowsMax) {
    static final int THREADS_MAX = 1024;
    static final int LOAD_THREADS_MAX = 64;
    static final int GPU_THREADS_MAX = 64;

    public InferenceConfig {
        Range.require("inference.threads", threads, 0, THREADS_MAX);
        Range.require("inference.load-threads", loadThreads, 1, LOAD_THREADS_MAX);
        Range.require("inference.gpu-threads", gpuThreads, 1, GPU_THREADS_MAX);
        Range.require("inference.gpu-max-batch-size", gpuRowsMax, 0, BatchingConfig.ROWS_MAX);
    }

    /** The number of threads that run models on a machine. */
    public int threadsFor(int processors) {
        return threads > 0 ? threads : Math.max(1, processors);
    }
}
