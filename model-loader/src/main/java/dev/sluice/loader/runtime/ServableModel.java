package dev.sluice.loader.runtime;

import dev.sluice.model.ModelSignature;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;

/**
 * One version, opened on its device and able to run.
 *
 * <p>Threading: {@link #run} is thread-safe and blocks for as long as the model computes. Behaviour after {@link #close} is
 * undefined; {@code ModelHandle} keeps a version from being closed while it is in use.
 */
public interface ServableModel extends AutoCloseable {
    /** Inputs, outputs and labels as clients see them. */
    ModelSignature signature();

    /** Where it really runs, after any fallback. */
    Device device();

    /**
     * Runs the model once.
     *
     * @param inputs all inputs, in the signature's order, each over direct memory and already checked against the signature;
     *     the caller keeps ownership and must not change them until this returns
     * @param outputs names of the wanted outputs, in the order wanted; not empty
     * @return the outputs in that order, over memory that the caller must release
     * @throws dev.sluice.model.InferenceException with INVALID_INPUT (text that is not UTF-8), MODEL_FAILED,
     *     DEVICE_OUT_OF_MEMORY or OVERLOADED (no tensor memory)
     */
    TensorSet run(List<Tensor> inputs, List<String> outputs);

    /** Frees the native memory. Blocks; call on an unload thread, once. */
    @Override
    void close();
}
