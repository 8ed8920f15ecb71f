package dev.sluice.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that share the fate of one {@link TensorBlock}.
 *
 * <p>Ownership: the set carries one reference of {@code block}; whoever holds the set last calls {@link #release} exactly
 * once.
 *
 * <p>Threading: immutable.
 *
 * @param tensors in a defined order, names distinct
 * @param block owner of their memory
 */
public record TensorSet(List<Tensor> tensors, TensorBlock block) {
    public TensorSet {
        tensors = List.copyOf(tensors);
    }

    /** The tensor of that name, or null. */
    public @Nullable Tensor find(String name) {
        for (Tensor tensor : tensors) {
            if (tensor.name().equals(name)) {
                return tensor;
            }
        }
        return null;
    }

    /** Bytes of all tensors together. */
    public long byteSize() {
        long sum = 0;
        // By index: every request comes by here, and an iterator over lists of several classes costs more than the sum.
        for (int i = 0, count = tensors.size(); i < count; i++) {
            sum += tensors.get(i).byteSize();
        }
        return sum;
    }

    /** Gives up this set's reference to its memory. */
    public void release() {
        block.release();
    }
}
