package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests must have in common to share a run: dtype and row shape of every input, and the outputs asked for.
 *
 * <p>Threading: immutable.
 */
final class RowShapes {
    private final List<Tensor> inputs;
    private final List<String> outputs;
    private final int hash;

    /**
     * @param inputs in the signature's order, each of rank 1 or more; kept for their types and shapes only
     * @param outputs names in the order asked for
     */
    RowShapes(List<Tensor> inputs, List<String> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        int sum = outputs.hashCode();
        for (Tensor input : inputs) {
            sum = 31 * sum + input.dataType().byteSize();
            for (int d = 1; d < input.shape().rank(); d++) {
                sum = 31 * sum + Long.hashCode(input.shape().dimension(d));
            }
        }
        this.hash = sum;
    }

    /** Rows of a request that can be counted in rows; -1 when it has to run as it is. */
    static long rows(List<Tensor> inputs) {
        long rows = -1;
        for (Tensor input : inputs) {
            if (input.shape().rank() == 0) {
                return -1;
            }
            long first = input.shape().dimension(0);
            if (first == 0 || (rows != -1 && first != rows)) {
                return -1;
            }
            rows = first;
        }
        return rows;
    }

    /** True when these differ in their length at most. */
    boolean sameButLength(RowShapes other, PaddingRule padding) {
        if (inputs.size() != other.inputs.size() || !outputs.equals(other.outputs)) {
            return false;
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (!sameButAxis(
                    inputs.get(i), other.inputs.get(i), padding.inputs().get(i).axis())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameButAxis(Tensor one, Tensor other, int axis) {
        int rank = one.shape().rank();
        if (one.dataType() != other.dataType() || rank != other.shape().rank()) {
            return false;
        }
        for (int d = 1; d < rank; d++) {
            if (d != axis && one.shape().dimension(d) != other.shape().dimension(d)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof RowShapes that)
                || hash != that.hash
                || inputs.size() != that.inputs.size()
                || !outputs.equals(that.outputs)) {
            return false;
        }
        for (int i = 0; i < inputs.size(); i++) {
            Tensor mine = inputs.get(i);
            Tensor theirs = that.inputs.get(i);
            if (mine.dataType() != theirs.dataType() || !mine.shape().sameRowShape(theirs.shape())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
