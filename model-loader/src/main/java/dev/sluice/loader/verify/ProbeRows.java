package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How to make rows with which a model runs, for measuring what a run costs. Holds no rows itself.
 *
 * <p>Threading: immutable.
 */
public final class ProbeRows {
    /**
     * A processor learns the paths of rows that it sees again and again, which makes trees look twice as fast as they are; it
     * cannot learn as many rows as this.
     */
    private static final int DISTINCT_MAX = 1024;

    /** Large rows take long to draw, and what they cost does not depend on paths. */
    private static final int DISTINCT_MIN = 8;

    private static final int DISTINCT_BYTES_MAX = 512 << 10;

    /** A text of this many bytes costs a model about what a short one does. */
    private static final int TEXT_BYTES_USUAL = 256;

    private final List<TensorSpec> inputs;
    private final SyntheticRows.Floats floats;
    private final int[] integerRanges;
    private final int dynamicSize;

    ProbeRows(List<TensorSpec> inputs, SyntheticRows.Floats floats, int[] integerRanges, int dynamicSize) {
        this.inputs = List.copyOf(inputs);
        this.floats = floats;
        this.integerRanges = integerRanges.clone();
        this.dynamicSize = dynamicSize;
    }

    /** How many dimensions of a row have no fixed size. */
    static int dynamicDimensions(Shape shape) {
        return (int) IntStream.range(1, shape.rank())
                .filter(i -> shape.dimension(i) == Shape.DYNAMIC)
                .count();
    }

    /** Most rows for which there is memory, 1 or greater. */
    public int countMax() {
        long rowBytes = SyntheticRows.rowBytes(inputs, dynamicSize);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, SyntheticRows.BYTES_MAX / Math.max(1, rowBytes)));
    }

    /**
     * The length of these rows: the size of their dynamic dimensions, multiplied where one input has several; 1 where rows
     * have a fixed size.
     */
    public long cellsPerRow() {
        long most = 1;
        for (TensorSpec input : inputs) {
            long cells = 1;
            for (int i = 0; i < dynamicDimensions(input.shape()); i++) {
                cells *= dynamicSize;
            }
            most = Math.max(most, cells);
        }
        return most;
    }

    /**
     * Most bytes of one row's inputs for which what is measured with these rows holds: what they have themselves, and more for
     * texts, whose length says little about the cost.
     */
    public long comparableRowBytes() {
        long bytes = 0;
        for (TensorSpec input : inputs) {
            int elementBytes = input.dataType() == DataType.BYTES
                    ? TEXT_BYTES_USUAL
                    : input.dataType().byteSize();
            bytes += SyntheticRows.shape(input, 1, dynamicSize).elementCount() * elementBytes;
        }
        return bytes;
    }

    /**
     * Makes rows.
     *
     * @param rowsMax most rows of a batch, in [1, {@link #countMax}]
     */
    public ProbeBatches make(int rowsMax) {
        long rowBytes = Math.max(1, SyntheticRows.rowBytes(inputs, dynamicSize));
        int distinct = (int) Math.max(DISTINCT_MIN, Math.min(DISTINCT_MAX, DISTINCT_BYTES_MAX / rowBytes));
        int count = Math.max(rowsMax, Math.min(countMax(), distinct));
        return new ProbeBatches(
                new SyntheticRows(inputs, floats, integerRanges, dynamicSize, count, Math.min(count, distinct)), count);
    }
}
