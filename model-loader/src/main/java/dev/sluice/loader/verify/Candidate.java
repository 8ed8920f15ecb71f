package dev.sluice.loader.verify;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.Device;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.util.List;
import java.util.Optional;

/**
 * A version that is open and does not serve yet, as the steps of the gate see it: the way clients will.
 *
 * <p>Threading: confined to one load thread; {@link Run#run} blocks.
 *
 * @param files where it lies
 * @param config what is configured for its model
 * @param device where it runs, after any fallback
 * @param signature as clients see it: after transforms, with the configured labels
 * @param serving the signature of the version that serves now; empty when none does
 * @param pool memory for inputs
 * @param run runs it, transforms included
 */
public record Candidate(
        VersionFiles files,
        ModelConfig config,
        Device device,
        ModelSignature signature,
        Optional<ModelSignature> serving,
        TensorPool pool,
        Run run) {
    /** Runs a version that does not serve yet. */
    @FunctionalInterface
    public interface Run {
        /**
         * Runs it once.
         *
         * @param inputs all inputs in the signature's order; the caller keeps them
         * @param outputs names of the wanted outputs, in the order wanted; not empty
         * @return the outputs in that order; the caller releases them
         * @throws dev.sluice.model.InferenceException as {@code ServableModel.run} does, or for inputs that cannot be
         *     transformed
         */
        TensorSet run(List<Tensor> inputs, List<String> outputs);
    }
}
