package dev.sluice.loader.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.runtime.Device;
import java.util.HashMap;
import java.util.Map;

/**
 * The threads that run models, of each device its own: a run on a GPU mostly waits for it, and should keep no CPU model from
 * running meanwhile.
 *
 * <p>Bound: the CPU's threads, and as many as configured for each GPU on which a version was opened.
 *
 * <p>Threading: thread-safe. Guarded by {@code this}.
 */
public final class DeviceThreads implements AutoCloseable {
    private final InferenceThreads cpu;
    private final int gpuCount;

    @GuardedBy("this") private final Map<Device, InferenceThreads> gpus = new HashMap<>();

    /**
     * @param cpu closed with this
     * @param gpuCount threads for each GPU, 1 or greater
     */
    public DeviceThreads(InferenceThreads cpu, int gpuCount) {
        this.cpu = cpu;
        this.gpuCount = gpuCount;
    }

    /** The threads of that device; a GPU's are started when they are first asked for. */
    public synchronized InferenceThreads of(Device device) {
        if (device.type() == Device.Type.CPU) {
            return cpu;
        }
        return gpus.computeIfAbsent(
                device,
                gpu -> InferenceThreads.start(
                        gpuCount, "sluice-infer-" + gpu.toString().replace(':', '-') + "-"));
    }

    @Override
    public synchronized void close() {
        gpus.values().forEach(InferenceThreads::close);
        cpu.close();
    }
}
