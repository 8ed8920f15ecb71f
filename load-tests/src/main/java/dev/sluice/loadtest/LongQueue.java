package dev.sluice.loadtest;

/**
 * A bounded first-in first-out queue of numbers that allocates nothing.
 *
 * <p>Threading: confined to its owner.
 */
final class LongQueue {
    private final long[] items;
    private int head;
    private int size;

    /** @param capacity most items it holds, 1 or greater */
    LongQueue(int capacity) {
        items = new long[capacity];
    }

    /** Adds at the end; false, and nothing is added, when it is full. */
    boolean offer(long item) {
        if (size == items.length) {
            return false;
        }
        items[(head + size) % items.length] = item;
        size++;
        return true;
    }

    /** The oldest item; there must be one. */
    long peek() {
        return items[head];
    }

    /** Removes the oldest item; there must be one. */
    long poll() {
        long item = items[head];
        head = (head + 1) % items.length;
        size--;
        return item;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
