package dev.sluice.loader.batching;

import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.util.List;

/**
 * Makes a fake model fail for certain rows.
 *
 * <p>Threading: stateless.
 */
final class BadRows {
    private BadRows() {}

    /** Fails like a runtime that stumbles over one value. */
    static void refuse(List<Tensor> inputs, float bad) {
        refuse(inputs, bad, ErrorCode.MODEL_FAILED);
    }

    static void refuse(List<Tensor> inputs, float bad, ErrorCode code) {
        if (Tensors.floats(inputs.get(0)).contains(bad)) {
            throw new InferenceException(code, "cannot compute " + bad);
        }
    }
}
