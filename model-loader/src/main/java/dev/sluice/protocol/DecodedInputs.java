package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of {@code inputs} in the order sent, in objects that the next request uses again.
 *
 * <p>Bound: between requests it keeps 16 entries at most, without long names.
 *
 * <p>Threading: confined to one thread.
 */
final class DecodedInputs {
    private static final int ENTRIES_KEPT_MAX = 16;

    private final List<DecodedInput> entries = new ArrayList<>(4);
    private int size;

    /** Begins a request. */
    void clear() {
        size = 0;
        if (entries.size() > ENTRIES_KEPT_MAX) {
            entries.subList(ENTRIES_KEPT_MAX, entries.size()).clear();
        }
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).trim();
        }
    }

    int size() {
        return size;
    }

    DecodedInput get(int index) {
        return entries.get(index);
    }

    /** The entry to fill next; it counts once {@link #added} was called. */
    DecodedInput next() {
        if (size == entries.size()) {
            entries.add(new DecodedInput());
        }
        return entries.get(size);
    }

    /**
     * Takes the filled entry in.
     *
     * @throws InferenceException INVALID_INPUT when another has its name
     */
    void added() {
        DecodedInput next = entries.get(size);
        for (int i = 0; i < size; i++) {
            if (entries.get(i).name().equals(next.name())) {
                throw InferenceException.invalidInput(next.label() + " is given twice");
            }
        }
        size++;
    }

    /** All of them over the memory of the block, which is handed on with them. */
    TensorSet finish(BlockBuilder block) {
        if (size == 1) {
            return block.finish(List.of(entries.get(0).toTensor(block)));
        }
        Tensor[] tensors = new Tensor[size];
        for (int i = 0; i < size; i++) {
            tensors[i] = entries.get(i).toTensor(block);
        }
        return block.finish(List.of(tensors));
    }
}
