package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How large the rows of a request are: their cells, and their length where rows of other lengths may join them.
 *
 * <p>A row has as many cells as its dynamic dimensions multiply to, in the input where that is most; 1 where nothing varies.
 *
 * <p>Threading: immutable.
 */
final class RowMeasure {
    /** The length of rows that only equal shapes may join. */
    static final int NO_LENGTH = -1;

    private final boolean fixed;

    /** Per input the dimensions that vary, without the first. */
    private final int[][] dynamic;

    private final @Nullable PaddingRule padding;

    RowMeasure(List<TensorSpec> inputs, @Nullable PaddingRule padding) {
        this.dynamic = inputs.stream()
                .map(TensorSpec::shape)
                .map(shape -> IntStream.range(1, shape.rank())
                        .filter(i -> shape.dimension(i) == Shape.DYNAMIC)
                        .toArray())
                .toArray(int[][]::new);
        this.fixed = IntStream.range(0, dynamic.length).allMatch(i -> dynamic[i].length == 0);
        this.padding = padding;
    }

    /** Of requests that may share runs. */
    RowShapes shared(List<Tensor> inputs, List<String> outputs) {
        int rowCells = rowCells(inputs);
        return new RowShapes(inputs, outputs, rowCells, isPaddable(inputs) ? rowCells : NO_LENGTH, true);
    }

    /** Of a request that runs alone and as it is. */
    RowShapes alone(List<Tensor> inputs, List<String> outputs) {
        return new RowShapes(inputs, outputs, rowCells(inputs), NO_LENGTH, false);
    }

    /** Cells of one row, 1 or greater; for rows that are paddable, their length. */
    private int rowCells(List<Tensor> inputs) {
        if (fixed) {
            return 1;
        }
        long most = 1;
        for (int i = 0; i < dynamic.length; i++) {
            Shape shape = inputs.get(i).shape();
            long cells = 1;
            for (int axis : dynamic[i]) {
                cells *= shape.dimension(axis);
            }
            most = Math.max(most, cells);
        }
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    /** Whether rows of other lengths may join these. */
    private boolean isPaddable(List<Tensor> inputs) {
        return padding != null && padding.length(inputs) > 0;
    }
}
