package dev.sluice.canary.monitor.validation;

import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * Looks for features of one input that vary in training and do not any more.
 *
 * <p>Threading: immutable.
 */
final class ConstantRuns {
    private final TensorLayout layout;
    private final int[] columns;
    private final int first;
    private final int rows;

    /**
     * @param columns that are watched, ascending; none = nothing is looked at
     * @param first number of the first of them among all that are watched in the version
     * @param rows with the same value, from which on it is found
     */
    ConstantRuns(TensorLayout layout, int[] columns, int first, int rows) {
        this.layout = layout;
        this.columns = columns.clone();
        this.first = first;
        this.rows = rows;
    }

    /** Number of the column among all that are watched in the version; -1 where it is not watched. O(columns). */
    int watched(int column) {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] == column) {
                return first + i;
            }
        }
        return -1;
    }

    /** From how many rows on a run is found. */
    int rows() {
        return rows;
    }

    /** Looks at a tensor whose elements have a fixed size. */
    void check(Tensor tensor, int count, Scratch scratch) {
        for (int i = 0; i < columns.length; i++) {
            check(tensor, count, columns[i], first + i, scratch);
        }
    }

    private void check(Tensor tensor, int count, int column, int watched, Scratch scratch) {
        RunLengths runs = scratch.runs();
        ByteBuffer memory = tensor.base();
        int elementBytes = tensor.dataType().byteSize();
        int width = layout.width();
        long value = runs.value(watched);
        int length = runs.length(watched);
        int found = 0;
        int at = tensor.offset() + column * elementBytes;
        for (int i = column; i < count; i += width, at += width * elementBytes) {
            long next = bits(memory, at, elementBytes);
            length = RunLengths.next(length, next == value);
            value = next;
            found += length >= rows ? 1 : 0;
        }
        runs.set(watched, value, length);
        scratch.add(layout.feature(column), ValidationKind.CONSTANT_RUN, found);
    }

    private static long bits(ByteBuffer memory, int at, int elementBytes) {
        return switch (elementBytes) {
            case 1 -> memory.get(at);
            case 2 -> memory.getShort(at);
            case 4 -> memory.getInt(at);
            default -> memory.getLong(at);
        };
    }
}
