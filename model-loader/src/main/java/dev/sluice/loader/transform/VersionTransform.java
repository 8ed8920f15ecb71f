package dev.sluice.loader.transform;

import dev.sluice.model.ModelSignature;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;

/**
 * What stands between the inputs that clients send to one version and those that its model takes, and between the answers.
 *
 * <p>Threading: thread-safe; {@link #before} and {@link #after} compute for long and are never called on event loops.
 */
public interface VersionTransform extends AutoCloseable {
    /** Inputs, outputs and labels as clients see them. */
    ModelSignature signature();

    /**
     * The model's inputs for a client's.
     *
     * @param inputs all inputs that {@link #signature} names, in its order and checked against it; the caller keeps them
     * @param stop checked before each row; what it throws ends the work, with nothing left behind
     * @return all inputs of the model, in the order of the model's own signature; the caller releases them
     * @throws dev.sluice.model.InferenceException with INVALID_INPUT for what cannot be transformed, PAYLOAD_TOO_LARGE for what
     *     is beyond a declared limit, OVERLOADED where there is no tensor memory, MODEL_NOT_READY after {@link #close}
     */
    TensorSet before(List<Tensor> inputs, StopCondition stop);

    /** False where clients get the model's outputs as they are: {@link #after} only gives them back then, and may be left out. */
    boolean changesOutputs();

    /**
     * The outputs of the model that these outputs are made of.
     *
     * @param outputs names of {@link #signature}'s outputs, in the order wanted
     */
    List<String> modelOutputs(List<String> outputs);

    /**
     * A client's outputs for the model's.
     *
     * @param modelInputs what {@link #before} has made
     * @param modelOutputs those that {@link #modelOutputs} names, in that order; the caller keeps them
     * @param outputs names of the wanted outputs, in the order wanted
     * @return the caller releases them; they may share the memory of {@code modelOutputs}
     */
    TensorSet after(TensorSet modelInputs, TensorSet modelOutputs, List<String> outputs);

    /**
     * Frees what it holds, once. A request that was cancelled may still be in {@link #before} or {@link #after}: this waits for
     * it.
     */
    @Override
    void close();
}
