package dev.sluice.canary.feedback;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Where the predictions are that have come since the last sorted run: hash of the id → number of the first row, in memory.
 *
 * <p>Bound: {@value #COUNT_MAX} predictions, 16 MiB.
 *
 * <p>Threading: confined to the store's thread.
 */
final class RecentPredictions {
    /** Beyond it they go into a sorted run of the file. */
    static final int COUNT_MAX = 1 << 19;

    private static final int SLOTS_MIN = 1 << 10;

    // Open addressing with linear probing; row 0 = the slot is free.
    private long[] hashes = new long[SLOTS_MIN];
    private long[] rows = new long[SLOTS_MIN];
    private int count;

    int count() {
        return count;
    }

    /**
     * Adds one.
     *
     * @param row number of its first row, 1 or greater
     */
    void put(long hash, long row) {
        if (count * 2 >= rows.length) {
            grow();
        }
        int slot = free(hash);
        hashes[slot] = hash;
        rows[slot] = row;
        count++;
    }

    private int free(long hash) {
        int slot = slot(hash);
        while (rows[slot] != 0) {
            slot = (slot + 1) & (rows.length - 1);
        }
        return slot;
    }

    private int slot(long hash) {
        return (int) hash & (rows.length - 1);
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldRows = rows;
        hashes = new long[oldRows.length * 2];
        rows = new long[oldRows.length * 2];
        for (int i = 0; i < oldRows.length; i++) {
            if (oldRows[i] != 0) {
                int slot = free(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                rows[slot] = oldRows[i];
            }
        }
    }

    /** Shows the rows of that hash until one is taken; the row that was, or 0. */
    long find(long hash, LongPredicate taken) {
        for (int slot = slot(hash); rows[slot] != 0; slot = (slot + 1) & (rows.length - 1)) {
            if (hashes[slot] == hash && taken.test(rows[slot])) {
                return rows[slot];
            }
        }
        return 0;
    }

    /** All of them, by hash as an unsigned number; valid until the next change here. */
    Sorted sorted() {
        long[] ordered = new long[count];
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != 0) {
                ordered[at++] = hashes[i] ^ Long.MIN_VALUE;
            }
        }
        Arrays.sort(ordered);
        return new Sorted(ordered);
    }

    /** Forgets them all. */
    void clear() {
        hashes = new long[SLOTS_MIN];
        rows = new long[SLOTS_MIN];
        count = 0;
    }

    /** Pairs of hash and row, in order. */
    final class Sorted {
        /** With the sign bit turned over, so that the order is that of unsigned numbers. */
        private final long[] flipped;

        private Sorted(long[] flipped) {
            this.flipped = flipped;
        }

        int count() {
            return flipped.length;
        }

        long hash(int index) {
            return flipped[index] ^ Long.MIN_VALUE;
        }

        /** The row at that index; of equal hashes, each has another. */
        long row(int index) {
            int[] earlier = new int[1];
            while (index > earlier[0] && flipped[index - earlier[0] - 1] == flipped[index]) {
                earlier[0]++;
            }
            return find(hash(index), ignored -> earlier[0]-- == 0);
        }
    }
}
