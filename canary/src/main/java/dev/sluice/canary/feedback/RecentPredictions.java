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

    /** All of them, by hash as an unsigned number. */
    Sorted sorted() {
        long[][] pairs = new long[count][];
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != 0) {
                pairs[at++] = new long[] {hashes[i], rows[i]};
            }
        }
        Arrays.sort(pairs, (a, b) -> Long.compareUnsigned(a[0], b[0]));
        return new Sorted(pairs);
    }

    /** Forgets them all. */
    void clear() {
        hashes = new long[SLOTS_MIN];
        rows = new long[SLOTS_MIN];
        count = 0;
    }

    /** Pairs of hash and row, in order. */
    static final class Sorted {
        private final long[][] pairs;

        private Sorted(long[][] pairs) {
            this.pairs = pairs;
        }

        int count() {
            return pairs.length;
        }

        long hash(int index) {
            return pairs[index][0];
        }

        long row(int index) {
            return pairs[index][1];
        }
    }
}
