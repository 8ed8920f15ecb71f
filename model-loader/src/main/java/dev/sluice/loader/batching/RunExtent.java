package dev.sluice.loader.batching;

import java.util.List;

/**
 * How large a run of some units is.
 *
 * <p>Threading: immutable.
 *
 * @param rows of all units
 * @param length to which rows are padded; {@link RowMeasure#NO_LENGTH} when none has to be
 * @param cells that the model computes
 * @param paddingCells those of them that belong to no row
 */
record RunExtent(int rows, int length, long cells, long paddingCells) {
    /**
     * The extent of these units in one run.
     *
     * @param units at least one; all of equal shapes, or each with a length
     */
    static RunExtent of(List<RowUnit> units) {
        int rows = 0;
        long filled = 0;
        int first = units.get(0).request().length();
        int longest = first;
        boolean equal = true;
        for (RowUnit unit : units) {
            int length = unit.request().length();
            rows += unit.rows();
            filled += unit.cells();
            equal &= length == first;
            longest = Math.max(longest, length);
        }
        if (equal) {
            return new RunExtent(rows, RowMeasure.NO_LENGTH, filled, 0);
        }
        long cells = (long) rows * longest;
        return new RunExtent(rows, longest, cells, cells - filled);
    }

    boolean isPadded() {
        return length != RowMeasure.NO_LENGTH;
    }

    /** For example {@code 4 rows} or {@code 4 rows of length 16}. */
    String described() {
        return isPadded() ? rows + " rows of length " + length : rows + " rows";
    }
}
