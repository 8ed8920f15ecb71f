package dev.sluice.loadtest;

/**
 * Requests that wait for a connection, first in first out: their intended times and targets, in bounded arrays.
 *
 * <p>Threading: confined to its owner.
 */
final class ArrivalQueue {
    private static final int INITIAL_CAPACITY = 64;

    private final int capacityMax;
    private long[] intendedNanos = new long[INITIAL_CAPACITY];
    private int[] targets = new int[INITIAL_CAPACITY];
    private int head;
    private int size;

    /** @param capacityMax most requests it holds, 1 or greater */
    ArrivalQueue(int capacityMax) {
        this.capacityMax = capacityMax;
    }

    /** Adds at the end; false, and nothing is added, when it is full. */
    boolean offer(long intended, int target) {
        if (size == capacityMax) {
            return false;
        }
        if (size == targets.length) {
            grow();
        }
        int tail = (head + size) % targets.length;
        intendedNanos[tail] = intended;
        targets[tail] = target;
        size++;
        return true;
    }

    private void grow() {
        long[] nanos = new long[size * 2];
        int[] numbers = new int[size * 2];
        for (int i = 0; i < size; i++) {
            nanos[i] = intendedNanos[(head + i) % size];
            numbers[i] = targets[(head + i) % size];
        }
        intendedNanos = nanos;
        targets = numbers;
        head = 0;
    }

    /** The intended time of the oldest request; there must be one. */
    long intendedNanos() {
        return intendedNanos[head];
    }

    /** The target of the oldest request; there must be one. */
    int target() {
        return targets[head];
    }

    /** Removes the oldest request; there must be one. */
    void remove() {
        head = (head + 1) % targets.length;
        size--;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
