package dev.sluice.loader.lifecycle;

import dev.sluice.loader.batching.Batcher;
import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version that serves. Its batcher accepts requests only while somebody holds a {@link ModelHandle}.
 *
 * <p>Threading: immutable; the batcher and the tuning are thread-safe as they say.
 *
 * @param key the version
 * @param signature as clients see it: after transforms, with the configured labels
 * @param config what is configured for its model
 * @param device where it runs
 * @param batcher runs its requests
 * @param batching whether requests are batched, and why
 * @param tuning how they are run, and why
 * @param estimateBytes upper bound of the memory it takes on its device
 * @param loadDuration how long loading took
 * @param loadedAt when it was loaded
 * @param transform what stands between clients' inputs and the model's; null = nothing
 * @param steps of the gate as they went
 * @param lineage where it comes from, as its manifest says
 */
public record ReadyVersion(
        ModelKey key,
        ModelSignature signature,
        ModelConfig config,
        Device device,
        Batcher batcher,
        BatchVerdict batching,
        VersionTuning tuning,
        long estimateBytes,
        Duration loadDuration,
        Instant loadedAt,
        @Nullable VersionTransform transform,
        List<GateStep> steps,
        Lineage lineage) {
    public ReadyVersion {
        steps = List.copyOf(steps);
    }
}
