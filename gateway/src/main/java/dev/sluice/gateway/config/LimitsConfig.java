package dev.sluice.gateway.config;

import java.time.Duration;

/**
 * What the process takes on at most.
 *
 * <p>Threading: immutable.
 *
 * @param concurrentRequests most requests between routing and their answer
 * @param tensorMemoryBytes most bytes of tensors in use and kept, 0 or at least 1 MiB; 0 = chosen, see {@link
 *     #tensorMemoryBytesFor}
 * @param requestTimeout deadline of requests that name none; zero = none
 */
public record LimitsConfig(int concurrentRequests, long tensorMemoryBytes, Duration requestTimeout) {
    static final int CONCURRENT_REQUESTS_MAX = 1_000_000;
    static final long TENSOR_MEMORY_BYTES_MIN = 1 << 20;
    static final long TENSOR_MEMORY_BYTES_MAX = 1L << 40;

    public LimitsConfig {
        Range.require("limits.concurrent-requests", concurrentRequests, 1, CONCURRENT_REQUESTS_MAX);
        Range.require("limits.tensor-memory", tensorMemoryBytes, 0, TENSOR_MEMORY_BYTES_MAX);
    }

    /**
     * Tensor memory of a process: as configured, else a quarter of its direct memory, at least 1 MiB.
     *
     * @param directMemoryBytesMax what the JVM allows
     */
    public long tensorMemoryBytesFor(long directMemoryBytesMax) {
        return tensorMemoryBytes > 0
                ? tensorMemoryBytes
                : Math.max(TENSOR_MEMORY_BYTES_MIN, Math.min(TENSOR_MEMORY_BYTES_MAX, directMemoryBytesMax / 4));
    }
}
