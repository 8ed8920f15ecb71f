package dev.sluice.gateway.config;

/**
 * The threads that run and load models.
 *
 * <p>Threading: immutable.
 *
 * @param threads that run models, in [0, 1024]; 0 = one for each processor
 * @param loadThreads that open versions, in [1, 64]
 */
public record InferenceConfig(int threads, int loadThreads) {
    static final int THREADS_MAX = 1024;
    static final int LOAD_THREADS_MAX = 64;

    public InferenceConfig {
        Range.require("inference.threads", threads, 0, THREADS_MAX);
        Range.require("inference.load-threads", loadThreads, 1, LOAD_THREADS_MAX);
    }

    /** The number of threads that run models on a machine. */
    public int threadsFor(int processors) {
        return threads > 0 ? threads : Math.max(1, processors);
    }
}
