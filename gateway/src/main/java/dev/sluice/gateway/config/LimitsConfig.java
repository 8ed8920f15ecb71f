package dev.sluice.gateway.config;

import dev.sluice.loader.runtime.Device;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the process takes on at most.
 *
 * <p>Threading: immutable.
 *
 * @param concurrentRequests most requests between routing and their answer
 * @param tensorMemoryBytes most bytes of tensors in use and kept, 0 or at least 1 MiB; 0 = chosen, see {@link
 *     #tensorMemoryBytesFor}
 * @param requestTimeout deadline of requests that name none; zero = none
 * @param modelMemoryBytes most bytes of versions on the CPU; 0 = chosen, see {@link #modelMemoryBytesFor}
 * @param gpuMemoryBytes most bytes of versions on each GPU, by device; GPUs that are missing have no limit
 */
public record LimitsConfig(
        int concurrentRequests,
        long tensorMemoryBytes,
        Duration requestTimeout,
        long modelMemoryBytes,
        Map<Device, Long> gpuMemoryBytes) {
    static final int CONCURRENT_REQUESTS_MAX = 1_000_000;
    static final long TENSOR_MEMORY_BYTES_MIN = 1 << 20;
    static final long TENSOR_MEMORY_BYTES_MAX = 1L << 40;
    static final long MODEL_MEMORY_BYTES_MAX = 1L << 50;
    private static final long MODEL_MEMORY_BYTES_MIN = 64L << 20;
    private static final int AWAITING_LOADS_SHARE = 4;

    public LimitsConfig {
        Range.require("limits.concurrent-requests", concurrentRequests, 1, CONCURRENT_REQUESTS_MAX);
        Range.require("limits.tensor-memory", tensorMemoryBytes, 0, TENSOR_MEMORY_BYTES_MAX);
        Range.require("limits.model-memory", modelMemoryBytes, 0, MODEL_MEMORY_BYTES_MAX);
        gpuMemoryBytes = Map.copyOf(gpuMemoryBytes);
    }

    /** Most requests that may wait for models to be loaded: a quarter of all, at least 1, so that others get their turn. */
    public int requestsAwaitingLoadsMax() {
        return Math.max(1, concurrentRequests / AWAITING_LOADS_SHARE);
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

    /**
     * Memory of versions on each device. On the CPU as configured, else what nine tenths of the machine's (or the container's)
     * memory leave when the heap and the tensors are full, at least 64 MiB.
     *
     * @param machineBytes memory that this process may use
     * @param heapBytesMax what the JVM allows
     */
    public Map<Device, Long> modelMemoryBytesFor(long machineBytes, long heapBytesMax) {
        long chosen = machineBytes / 10 * 9 - heapBytesMax - tensorMemoryBytesFor(heapBytesMax);
        Map<Device, Long> bytes = new HashMap<>(gpuMemoryBytes);
        bytes.put(Device.CPU, modelMemoryBytes > 0 ? modelMemoryBytes : Math.max(MODEL_MEMORY_BYTES_MIN, chosen));
        return bytes;
    }
}
