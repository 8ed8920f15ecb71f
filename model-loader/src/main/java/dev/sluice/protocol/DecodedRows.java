package dev.sluice.protocol;

import dev.sluice.model.TensorSet;

/**
 * Rows of features as the inputs of a model.
 *
 * <p>Ownership: carries one reference of {@code inputs}; the receiver hands it on or calls {@link #release}.
 *
 * <p>Threading: immutable.
 *
 * @param inputs all inputs of the model, in its order; the first dimension of each is {@code rowCount}
 * @param rowCount 1 or greater
 */
public record DecodedRows(TensorSet inputs, int rowCount) {
    /** Gives up the reference to the inputs' memory. */
    public void release() {
        inputs.release();
    }
}
