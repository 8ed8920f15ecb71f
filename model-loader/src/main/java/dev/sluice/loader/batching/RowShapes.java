package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests must have in common to share a run: dtype and row shape of every input, and the outputs asked for.
 *
 * <p>Traffic repeats them, so that many requests refer to the same object.
 *
 * <p>Threading: immutable.
 */
final class RowShapes {
    private final DataType[] types;
    private final Shape[] shapes;
    private final List<String> outputs;
    private final int rowCells;
    private final int length;
    private final boolean shared;
    private final int hash;

    /**
     * @param inputs in the signature's order; their first dimensions do not matter
     * @param outputs names in the order asked for, not empty
     * @param rowCells cells of one row, 1 or greater
     * @param length of the rows, where rows of other lengths may join them; else {@link RowMeasure#NO_LENGTH}
     * @param shared false for requests that run alone and as they are
     */
    RowShapes(List<Tensor> inputs, List<String> outputs, int rowCells, int length, boolean shared) {
        this.types = inputs.stream().map(Tensor::dataType).toArray(DataType[]::new);
        this.shapes = inputs.stream().map(Tensor::shape).toArray(Shape[]::new);
        this.outputs = outputs;
        this.rowCells = rowCells;
        this.length = length;
        this.shared = shared;
        int sum = outputs.hashCode();
        for (int i = 0; i < types.length; i++) {
            sum = 31 * sum + types[i].byteSize();
            for (int d = 1; d < shapes[i].rank(); d++) {
                sum = 31 * sum + Long.hashCode(shapes[i].dimension(d));
            }
        }
        this.hash = sum;
    }

    /** Rows of a request that can be counted in rows; -1 when it has to run as it is. */
    static long rows(List<Tensor> inputs) {
        long rows = -1;
        for (int i = 0; i < inputs.size(); i++) {
            Shape shape = inputs.get(i).shape();
            if (shape.rank() == 0) {
                return -1;
            }
            long first = shape.dimension(0);
            if (first == 0 || (rows != -1 && first != rows)) {
                return -1;
            }
            rows = first;
        }
        return rows;
    }

    /** Whether these are the row shapes of such a request, which may share runs. */
    boolean areOf(List<Tensor> inputs, List<String> wanted) {
        if (!shared || inputs.size() != types.length || !outputs.equals(wanted)) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            Tensor input = inputs.get(i);
            if (input.dataType() != types[i] || !input.shape().sameRowShape(shapes[i])) {
                return false;
            }
        }
        return true;
    }

    List<String> outputs() {
        return outputs;
    }

    /** Cells of one row, 1 or greater. */
    int rowCells() {
        return rowCells;
    }

    /** Length of the rows; {@link RowMeasure#NO_LENGTH} when only equal shapes may join them. */
    int length() {
        return length;
    }

    /** False for requests that run alone and as they are. */
    boolean areShared() {
        return shared;
    }

    /** True when these differ in their length at most. */
    boolean sameButLength(RowShapes other, PaddingRule padding) {
        if (types.length != other.types.length || !outputs.equals(other.outputs)) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (types[i] != other.types[i]
                    || !sameButAxis(
                            shapes[i], other.shapes[i], padding.inputs().get(i).axis())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameButAxis(Shape one, Shape other, int axis) {
        int rank = one.rank();
        if (rank != other.rank()) {
            return false;
        }
        for (int d = 1; d < rank; d++) {
            if (d != axis && one.dimension(d) != other.dimension(d)) {
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
                || types.length != that.types.length
                || !outputs.equals(that.outputs)) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (types[i] != that.types[i] || !shapes[i].sameRowShape(that.shapes[i])) {
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
