package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.InferenceThreads;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.runtime.Device;
import java.util.function.Function;

/**
 * How versions run on each device.
 *
 * <p>Threading: immutable; the threads are thread-safe.
 *
 * @param threads the threads that run the models of a device
 * @param gpuRowsMax most rows of a run on a GPU, in [0, {@value BatchingConfig#ROWS_MAX}]; 0 = chosen
 */
public record DevicePolicy(Function<Device, InferenceThreads> threads, int gpuRowsMax) {
    public DevicePolicy {
        if (gpuRowsMax < 0 || gpuRowsMax > BatchingConfig.ROWS_MAX) {
            throw new IllegalArgumentException(
                    "gpu max batch size must be between 0 and " + BatchingConfig.ROWS_MAX + ", got " + gpuRowsMax);
        }
    }

    /** What is said about batching, within what the device allows. */
    BatchingConfig batching(BatchingConfig config, Device device) {
        if (device.type() == Device.Type.CPU || gpuRowsMax == 0) {
            return config;
        }
        int rows = config.maxRows() == 0 ? gpuRowsMax : Math.min(gpuRowsMax, config.maxRows());
        return new BatchingConfig(
                config.mode(),
                rows,
                config.queueRowsMax(),
                config.queueBytesMax(),
                config.execution(),
                config.parallelRuns(),
                config.lengths());
    }
}
