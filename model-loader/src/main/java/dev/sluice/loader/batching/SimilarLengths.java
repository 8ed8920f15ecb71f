package dev.sluice.loader.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses which units of other lengths join a run.
 *
 * <p>Nearest lengths first, older ones first among equals. A unit joins while rows, cells and waste stay within their bounds,
 * and only where the padding that it brings costs less than the run that it saves; so padding never costs more than running
 * alone, however uneven the lengths are.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "docs/adr/0006-cells-and-padding.md"
 */
final class SimilarLengths {
    private final LengthPolicy policy;
    private final int rowsMax;
    private final int firstLength;
    private int rows;
    private long longest;

    /** Cells that are no padding. */
    private long filled;

    /**
     * @param rowsMax most rows of a run
     * @param rows that have the run already, all of them {@code length} long
     */
    SimilarLengths(LengthPolicy policy, int rowsMax, int rows, int length) {
        this.policy = policy;
        this.rowsMax = rowsMax;
        this.rows = rows;
        this.firstLength = length;
        this.longest = length;
        this.filled = (long) rows * length;
    }

    /**
     * Those that join, nearest first.
     *
     * @param candidates oldest first; each has a length
     * @param share no more join once the run has so many cells
     */
    List<RowUnit> choose(List<RowUnit> candidates, long share) {
        List<RowUnit> nearest = new ArrayList<>(candidates);
        // A stable sort: equally near ones stay in order of age.
        nearest.sort(Comparator.comparingInt(unit -> Math.abs(unit.request().length() - firstLength)));
        List<RowUnit> chosen = new ArrayList<>();
        for (RowUnit unit : nearest) {
            if (cells() >= share || rows >= rowsMax) {
                break;
            }
            if (join(unit.rows(), unit.request().length())) {
                chosen.add(unit);
            }
        }
        return chosen;
    }

    private boolean join(int moreRows, int length) {
        long longestAfter = Math.max(longest, length);
        int rowsAfter = rows + moreRows;
        long cellsAfter = rowsAfter * longestAfter;
        long filledAfter = filled + (long) moreRows * length;
        long paddingAfter = cellsAfter - filledAfter;
        if (rowsAfter > rowsMax
                || !policy.allows(cellsAfter)
                || paddingAfter > policy.wasteMax() * cellsAfter
                || paddingAfter - (cells() - filled) > policy.paddingCellsMax()) {
            return false;
        }
        rows = rowsAfter;
        longest = longestAfter;
        filled = filledAfter;
        return true;
    }

    int rows() {
        return rows;
    }

    /** Cells of the run with padding. */
    long cells() {
        return rows * longest;
    }
}
