package dev.sluice.canary.inputlog.table;

import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a record becomes rows: one for each of its own where all its tensors have equally many, else one.
 *
 * <p>Threading: immutable.
 *
 * @param rows how many; {@link #NOT_SPLIT} where the record is one line with its tensors as they are
 * @param parts its tensors, inputs first
 */
record RecordLayout(int rows, List<Part> parts) {
    static final int NOT_SPLIT = -1;

    /**
     * One tensor.
     *
     * @param cell all of it
     * @param rowElements elements of one row, or of all where the record is not split
     * @param rowRank dimensions of them
     * @param spread whether its elements go to columns of their own
     */
    record Part(Side side, Tensor tensor, Cell cell, int rowElements, int rowRank, boolean spread) {}

    /**
     * Looks at a record's tensors.
     *
     * @param features names of the columns of an only input; empty for none
     */
    static RecordLayout of(@Nullable TensorSet inputs, @Nullable TensorSet outputs, List<String> features) {
        int rows = common(inputs, outputs);
        List<Part> parts = new ArrayList<>();
        add(parts, Side.INPUT, inputs, rows, features);
        add(parts, Side.OUTPUT, outputs, rows, List.of());
        return new RecordLayout(rows, parts);
    }

    private static int common(@Nullable TensorSet inputs, @Nullable TensorSet outputs) {
        if (inputs == null
                || inputs.tensors().isEmpty()
                || outputs == null
                || outputs.tensors().isEmpty()) {
            return Math.max(rows(inputs), rows(outputs));
        }
        return rows(inputs) == rows(outputs) ? rows(inputs) : NOT_SPLIT;
    }

    private static int rows(@Nullable TensorSet tensors) {
        if (tensors == null || tensors.tensors().isEmpty()) {
            return NOT_SPLIT;
        }
        long rows = NOT_SPLIT;
        for (Tensor tensor : tensors.tensors()) {
            long first = tensor.shape().rank() == 0 ? 0 : tensor.shape().dimension(0);
            if (first < 1 || first > Integer.MAX_VALUE || (rows != NOT_SPLIT && first != rows)) {
                return NOT_SPLIT;
            }
            rows = first;
        }
        return (int) rows;
    }

    private static void add(List<Part> parts, Side side, @Nullable TensorSet tensors, int rows, List<String> features) {
        if (tensors == null) {
            return;
        }
        for (Tensor tensor : tensors.tensors()) {
            Cell cell = Cell.of(tensor);
            boolean split = rows != NOT_SPLIT;
            int elements = split ? cell.count() / rows : cell.count();
            int rank = tensor.shape().rank() - (split ? 1 : 0);
            boolean spread =
                    !features.isEmpty() && split && tensors.tensors().size() == 1 && elements == features.size();
            parts.add(new Part(side, tensor, cell, elements, rank, spread));
        }
    }
}
