package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddingRule;
import org.jspecify.annotations.Nullable;

/**
 * How rows whose length varies are put into runs. A cell is one position of one row: a run of 4 rows whose longest has 10
 * positions has 40 cells, and those that no row fills are waste.
 *
 * <p>Threading: immutable.
 *
 * @param cellsMax most cells of one run, 1 or greater; 0 = unbounded. A row that alone has more runs alone
 * @param wasteMax most of a run's cells that may be padding, in [0, 1)
 * @param paddingCellsMax most cells of padding that joining one more request may cost: what the run that it saves is worth
 * @param padding how rows of different lengths are made equal; null when only equal shapes may share a run
 */
public record LengthPolicy(
        long cellsMax,
        double wasteMax,
        long paddingCellsMax,
        @Nullable PaddingRule padding) {
    /** Equal shapes only, without a bound. */
    public static final LengthPolicy EQUAL_SHAPES = new LengthPolicy(0, 0, 0, null);

    public LengthPolicy {
        if (cellsMax < 0) {
            throw new IllegalArgumentException("cells must be 0 (unbounded) or greater, got " + cellsMax);
        }
        if (!(wasteMax >= 0 && wasteMax < 1)) {
            throw new IllegalArgumentException("waste must be in [0, 1), got " + wasteMax);
        }
        if (paddingCellsMax < 0) {
            throw new IllegalArgumentException("cells of padding must be 0 or greater, got " + paddingCellsMax);
        }
    }

    /** The same with another bound on cells. */
    LengthPolicy bounded(long otherCellsMax) {
        return otherCellsMax == cellsMax ? this : new LengthPolicy(otherCellsMax, wasteMax, paddingCellsMax, padding);
    }

    /** Whether a run of so many cells is within the bound. */
    boolean allows(long cells) {
        return cellsMax == 0 || cells <= cellsMax;
    }

    /** Most rows of so many cells each that one run may have, at least 1 and at most {@code rowsMax}. */
    int rowsMax(long rowCells, int rowsMax) {
        return cellsMax == 0 ? rowsMax : (int) Math.max(1, Math.min(rowsMax, cellsMax / rowCells));
    }
}
