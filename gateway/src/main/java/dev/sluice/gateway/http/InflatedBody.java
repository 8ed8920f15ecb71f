package dev.sluice.gateway.http;

import java.util.Arrays;

/**
 * What a compressed body inflates to, growing within the budget of all bodies.
 *
 * <p>Ownership: whoever holds it calls {@link #release} once; further calls do nothing.
 *
 * <p>Threading: one thread at a time.
 */
final class InflatedBody {
    private static final int BYTES_MIN = 64 << 10;

    private final HeapBudget budget;
    private byte[] array = new byte[0];
    private int length;

    InflatedBody(HeapBudget budget) {
        this.budget = budget;
    }

    void append(byte[] chunk, int count) {
        if (length + count > array.length) {
            grow(length + count);
        }
        System.arraycopy(chunk, 0, array, length, count);
        length += count;
    }

    private void grow(int needed) {
        int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(BYTES_MIN, Math.max(needed, 2L * array.length)));
        budget.reserve(capacity);
        byte[] old = array;
        array = Arrays.copyOf(old, capacity);
        budget.release(old.length);
    }

    int length() {
        return length;
    }

    /** The bytes in [0, {@link #length}). */
    byte[] array() {
        return array;
    }

    void release() {
        budget.release(array.length);
        array = new byte[0];
        length = 0;
    }
}
